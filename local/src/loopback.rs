//! Addresses that only this machine reaches. A client that reaches a port of the local runtime may
//! act as anybody, so the runtime listens on no other addresses.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

/// A loopback address with its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loopback(SocketAddr);

/// Why a text is not a loopback address with a port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotLoopback {
    /// It is not an address with a port.
    #[error(
        "{0:?} is not an address and a port: name both in numbers, such as 127.0.0.1:8080 or \
         [::1]:8080; a port is a number up to 65535"
    )]
    Form(String),
    /// It is an address that other machines reach.
    #[error(
        "{0} is not a loopback address: whoever reaches this port may act as anybody, so it \
         listens on loopback only, such as 127.0.0.1:8080 or [::1]:8080"
    )]
    Reachable(SocketAddr),
}

impl Loopback {
    /// Any free port of 127.0.0.1.
    pub const ANY: Self = Self::ipv4(0);

    /// This port of 127.0.0.1; 0 means any free one.
    #[must_use]
    pub const fn ipv4(port: u16) -> Self {
        Self(SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port))
    }

    /// The address.
    #[must_use]
    pub fn address(self) -> SocketAddr {
        self.0
    }
}

impl FromStr for Loopback {
    type Err = NotLoopback;

    fn from_str(text: &str) -> Result<Self, NotLoopback> {
        let address: SocketAddr = text.parse().map_err(|_| NotLoopback::Form(text.to_owned()))?;
        if address.ip().is_loopback() {
            Ok(Self(address))
        } else {
            Err(NotLoopback::Reachable(address))
        }
    }
}

impl fmt::Display for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_are_taken_as_they_are_written() {
        for text in ["127.0.0.1:0", "127.1.2.3:8080", "[::1]:8080"] {
            assert_eq!(text.parse::<Loopback>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_others_reach_is_refused() {
        for text in [
            "0.0.0.0:8080",
            "192.168.0.1:8080",
            "8.8.8.8:0",
            "[::]:8080",
            "[fe80::1]:8080",
            "[::ffff:10.0.0.1]:8080",
        ] {
            let refusal = text.parse::<Loopback>().unwrap_err().to_string();
            assert!(refusal.starts_with(&format!("{text} is not a loopback address")), "{refusal}");
        }
    }

    #[test]
    fn what_is_no_address_with_a_port_is_said_to_be_none() {
        for text in [
            "",
            "localhost:8080",
            "trips.example:8080",
            "127.0.0.1",
            ":8080",
            "8080",
            "127.0.0.1:99999",
        ] {
            let refusal = text.parse::<Loopback>().unwrap_err().to_string();
            assert!(refusal.starts_with(&format!("{text:?} is not an address and a port")));
        }
    }
}
