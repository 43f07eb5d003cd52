//! What can go wrong with the search view.
