//! What callers can send, and what others must not see.
