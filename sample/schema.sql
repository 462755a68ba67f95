-- The sample shop: two accounts on one platform. What else an account has is in files of its own (events.sql and so on).
-- Once the tables are loaded, orders get their indexes (seed.ts), and all tables row-level security and grants (access.sql).

drop schema if exists app cascade;
create schema app;

create table app.accounts (
  account_id text primary key,
  name text not null,
  created_at timestamptz not null
);

create table app.members (
  account_id text not null references app.accounts,
  user_id text not null,
  name text not null,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  created_at timestamptz not null,
  primary key (account_id, user_id)
);

create table app.customers (
  account_id text not null references app.accounts,
  customer_id bigint not null,
  name text not null,
  email text not null,
  country char(2) not null,
  created_at timestamptz not null,
  primary key (account_id, customer_id)
);

create type app.order_status as enum ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded');

create table app.orders (
  account_id text not null,
  order_id bigint not null,
  order_number text not null,
  -- Another system's id: 20 digits, more than a bigint or a float can hold.
  external_id numeric(20, 0) not null,
  order_uuid uuid not null,
  customer_id bigint not null,
  customer_name text not null,
  email text,
  status app.order_status not null,
  currency char(3) not null,
  -- Amounts of refunded orders are negative.
  subtotal numeric(20, 6) not null,
  tax numeric(20, 6) not null,
  total numeric(20, 6) not null,
  quantity int not null,
  is_gift boolean not null,
  note text,
  metadata jsonb,
  placed_at timestamptz not null,
  shipped_on date,
  updated_at timestamptz,
  ip_address inet,
  weight_kg double precision,
  tags text[] not null
);
