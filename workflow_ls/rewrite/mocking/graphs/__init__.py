"""What files load before and after the rewrites, with the mocks that replace some of it."""
