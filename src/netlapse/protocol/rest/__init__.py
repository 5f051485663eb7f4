"""What travels over REST: bodies of requests and answers, by theme."""
