insert into app.accounts (account_id, name, created_at) values
  ('acme', 'Acme Outfitters', '2019-05-02 09:30:00+00'),
  ('globex', 'Globex Trading', '2021-11-15 14:00:00+00');

insert into app.members (account_id, user_id, name, email, role, created_at) values
  ('acme', 'usr_olga', 'Olga Petrova', 'olga@acme.example', 'owner', '2019-05-02 09:30:00+00'),
  ('acme', 'usr_ada', 'Ada Brandt', 'ada@acme.example', 'admin', '2019-06-11 08:15:00+00'),
  ('acme', 'usr_mel', 'Mel Okafor', 'mel@acme.example', 'member', '2022-02-01 10:00:00+00'),
  ('acme', 'usr_val', 'Val Moreau', 'val@acme.example', 'viewer', '2024-09-16 07:45:00+00'),
  ('globex', 'usr_gus', 'Gus Lindqvist', 'gus@globex.example', 'owner', '2021-11-15 14:00:00+00');

insert into app.customers
select customers.* from app.accounts cross join lateral sample.customers(account_id) as customers;
