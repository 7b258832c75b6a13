"""What the playground keeps on its shelf: posts, threads and the ids that order them."""
