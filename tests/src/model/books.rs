//! What a supplier knows under one key: the contract of `saga::supplier`, as
//! `saga/src/sandbox/books.rs` keeps it.

/// Who keeps the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Supplier {
    Airline,
    Hotel,
    Bank,
}

/// What a supplier answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Heard {
    Accepted,
    Refused,
    Released { held: bool },
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Standing {
    /// Nothing was asked for yet.
    #[default]
    Open,
    Held,
    Refused,
    /// Nothing is held, and nothing ever will be.
    Released,
}

/// One key of one supplier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Book {
    pub(super) standing: Standing,
    /// How often a reservation or capture took effect.
    pub(super) effects: u8,
    /// How often that was undone.
    pub(super) undone: u8,
    /// Whether a reservation came after the release.
    pub(super) came_late: bool,
}

/// The books of one saga: a key is made of the member, the trip and the saga.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Books([Book; 3]);

impl Books {
    pub(super) fn of(&self, supplier: Supplier) -> &Book {
        &self.0[supplier as usize]
    }

    pub(super) fn of_mut(&mut self, supplier: Supplier) -> &mut Book {
        &mut self.0[supplier as usize]
    }

    pub(super) fn all(&self) -> &[Book] {
        &self.0
    }

    /// What the flight, the hotel and the payment stand at: held, or not.
    pub(super) fn held(&self) -> [bool; 3] {
        self.0.map(|book| book.standing == Standing::Held)
    }
}

impl Book {
    /// Whether nothing was asked for yet.
    pub(super) fn is_open(&self) -> bool {
        self.standing == Standing::Open
    }

    /// Takes effect once, unless it was refused or released; a repeat hears the same again.
    pub(super) fn reserve(&mut self, refuses: bool) -> Heard {
        match self.standing {
            Standing::Open if refuses => self.standing = Standing::Refused,
            Standing::Open => {
                self.standing = Standing::Held;
                self.effects += 1;
            }
            Standing::Released => self.came_late = true,
            Standing::Held | Standing::Refused => {}
        }
        match self.standing {
            Standing::Held => Heard::Accepted,
            Standing::Open | Standing::Refused | Standing::Released => Heard::Refused,
        }
    }

    /// Gives back what is held, and closes the key for good.
    pub(super) fn release(&mut self) -> Heard {
        if self.standing == Standing::Held {
            self.undone += 1;
        }
        if self.standing != Standing::Refused {
            self.standing = Standing::Released;
        }
        Heard::Released { held: self.undone > 0 }
    }
}
