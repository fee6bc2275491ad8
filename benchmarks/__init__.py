"""How fast taskchat is, as ratios against bare peers that do the same work in the same run."""
