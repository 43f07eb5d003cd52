//! An address that no web page can reach, for a server without checks of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use rand::Rng;
use tokio::net::TcpListener;

/// Ports that no browser connects to, whichever page asks.
/// Source: "port blocking" in the Fetch standard of WHATWG, without the ports that need privileges.
const PORTS: [u16; 18] = [
    6665, 6666, 6667, 6668, 6669, 6679, 6697, 6566, 10080, 5060, 5061, 4190, 4045, 3659, 1719,
    1720, 1723, 2049,
];

/// How many hosts to try: almost always the first one is free.
const TRIES: usize = 8;

/// Listens on one of these ports.
///
/// # Errors
/// The error of the last attempt, if every attempt failed.
pub(crate) async fn listen() -> io::Result<TcpListener> {
    TcpListener::bind(candidates().as_slice()).await
}

/// On Linux loopback is a whole network, and any host of it will do; elsewhere it is one address.
fn candidates() -> Vec<SocketAddr> {
    let mut random = rand::rng();
    let mut host = || random.random_range(1..=254);
    let hosts = std::iter::repeat_with(|| Ipv4Addr::new(127, host(), host(), host())).take(TRIES);
    let anywhere: Vec<_> = hosts.zip(PORTS).collect();
    let here = PORTS.map(|port| (Ipv4Addr::LOCALHOST, port));
    anywhere.into_iter().chain(here).map(SocketAddr::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_private_address_is_loopback_on_a_port_that_browsers_block() {
        let held = [listen().await.unwrap(), listen().await.unwrap()];
        for listener in held {
            let address = listener.local_addr().unwrap();
            assert!(address.ip().is_loopback() && PORTS.contains(&address.port()), "{address}");
        }
    }

    #[test]
    fn where_loopback_is_one_address_every_port_is_tried() {
        let ports: Vec<_> = candidates()[TRIES..].iter().map(SocketAddr::port).collect();
        assert_eq!(ports, PORTS);
    }
}
