"""Messages between worker, server and Studio, declared once; the TypeScript is made from them."""
