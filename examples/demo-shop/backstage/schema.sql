-- The shop begins anew at each start.
DROP TABLE IF EXISTS messages, orders, stock, products;

CREATE TABLE products (
  id int PRIMARY KEY,
  name text NOT NULL,
  category text NOT NULL,
  price numeric(8, 2) NOT NULL
);

INSERT INTO products VALUES
  (1, 'red wool', 'wool', 6.90),
  (2, 'blue wool', 'wool', 6.90),
  (3, 'alpaca yarn', 'wool', 12.50),
  (4, 'cotton thread', 'thread', 3.20),
  (5, 'silk thread', 'thread', 8.40),
  (6, 'linen thread', 'thread', 4.10),
  (7, 'knitting needles', 'tools', 9.80),
  (8, 'crochet hook', 'tools', 5.60),
  (9, 'spindle', 'tools', 24.00),
  (10, 'ball winder', 'tools', 49.00),
  (11, 'pattern book', 'books', 18.00),
  (12, 'labyrinths of Crete', 'books', 32.00);

CREATE TABLE stock (
  product_id int NOT NULL REFERENCES products,
  warehouse text NOT NULL,
  count int NOT NULL,
  PRIMARY KEY (product_id, warehouse)
);

INSERT INTO stock
SELECT id, warehouse, 500
FROM products, unnest(ARRAY['north', 'east', 'south']) AS warehouse;

CREATE TABLE orders (
  id serial PRIMARY KEY,
  user_id text NOT NULL,
  product_id int NOT NULL,
  quantity int NOT NULL,
  total numeric(10, 2) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE messages (
  id serial PRIMARY KEY,
  topic text NOT NULL,
  headers jsonb NOT NULL,
  payload jsonb NOT NULL
);
