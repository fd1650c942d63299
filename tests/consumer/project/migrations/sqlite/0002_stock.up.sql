-- What is in stock: "quoted", \n, a;b, [c], grüße??/
INSERT INTO items (id, name) VALUES (1, 'tea; "green"');
