"""Files move, and references follow: the engine behind a rename in an editor and behind `cutover`."""
