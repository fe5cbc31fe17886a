create schema spring;
create table received (id text primary key, at timestamptz not null default now());
-- Without a key, so that work that is done twice shows; the test has one refused by it.
create table orders (received_as text not null, body text not null check (body <> ''));
