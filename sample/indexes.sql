-- An account's orders in the order of their ids are one walk over the primary key, whose order is the table's own.
alter table app.orders add primary key (account_id, order_id);
create index orders_placed_at on app.orders (account_id, placed_at);
create index orders_customer on app.orders (account_id, customer_id);
