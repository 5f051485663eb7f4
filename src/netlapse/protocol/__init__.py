"""Messages between worker, server and Studio: one declaration, from which the TypeScript is made."""
