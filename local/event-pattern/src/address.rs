//! IP addresses: a plain text that is one, and the operator `cidr`.
//!
//! EventBridge writes an address as hexadecimal digits, 8 or 32 of them, and compares these digits
//! one by one. A range matches as soon as the digits so far decide, so it can match digits that are
//! no address of its family.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::invalid::{InvalidPattern, refused, unsupported};
use crate::json::Json;

/// The longest IPv4 address that is read as one.
const LONGEST_V4: usize = 15;

/// A range of addresses, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    lowest: String,
    highest: String,
}

impl Range {
    /// The one address that `text` spells, if it does.
    pub(crate) fn single(text: &str) -> Option<Self> {
        let digits = digits(text)?;
        Some(Self { lowest: digits.clone(), highest: digits })
    }

    /// The network that the operand of `cidr` names.
    pub(crate) fn network(operand: &Json) -> Result<Self, InvalidPattern> {
        // EventBridge's message really says "prefix" here.
        let text = operand.as_text();
        let text = text.ok_or_else(|| refused("prefix match pattern must be a string"))?;
        let (address, bits) = split(text)?;
        match (bits, address) {
            (32.., IpAddr::V4(_)) => Err(refused("IPv4 mask bits must be < 32")),
            (128.., IpAddr::V6(_)) => Err(refused("IPv6 mask bits must be < 128")),
            (0, _) => Err(unsupported("cidr of all addresses")),
            (_, IpAddr::V4(address)) => {
                let hosts = u32::MAX >> bits;
                let address = address.to_bits();
                Ok(Self {
                    lowest: format!("{:08X}", address & !hosts),
                    highest: format!("{:08X}", address | hosts),
                })
            }
            (_, IpAddr::V6(address)) => {
                let hosts = u128::MAX >> bits;
                let address = address.to_bits();
                Ok(Self {
                    lowest: format!("{:032X}", address & !hosts),
                    highest: format!("{:032X}", address | hosts),
                })
            }
        }
    }

    /// Whether `digits` begin with digits that are in the range whatever follows them.
    pub(crate) fn contains(&self, digits: &str) -> bool {
        let (lowest, highest, digits) =
            (self.lowest.as_bytes(), self.highest.as_bytes(), digits.as_bytes());
        for length in 1..=lowest.len() {
            let Some(read) = digits.get(..length) else { return false };
            let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
            if !read.last().copied().is_some_and(is_digit) {
                return false;
            }
            let (low, high) = (read.cmp(&lowest[..length]), read.cmp(&highest[..length]));
            if low.is_lt() || high.is_gt() {
                return false;
            }
            if low.is_gt() && high.is_lt() {
                return true;
            }
        }
        true
    }
}

/// The digits of the address that `text` spells. IPv4 has four decimal numbers, IPv6 hexadecimal
/// ones and no decimal end; leading zeros do not matter; an IPv6 address that stands for an IPv4
/// one is that one.
pub(crate) fn digits(text: &str) -> Option<String> {
    Some(match address(text)? {
        IpAddr::V4(address) => format!("{:08X}", address.to_bits()),
        IpAddr::V6(address) => format!("{:032X}", address.to_bits()),
    })
}

fn address(text: &str) -> Option<IpAddr> {
    match text.bytes().find(|byte| matches!(byte, b'.' | b':'))? {
        b'.' if text.len() <= LONGEST_V4 => {
            let parts: Option<Vec<_>> = text.split('.').map(|part| number(part, 10)).collect();
            parts?.join(".").parse::<Ipv4Addr>().ok().map(IpAddr::V4)
        }
        b':' => {
            let parts: Option<Vec<_>> = text.split(':').map(|part| number(part, 16)).collect();
            let address: Ipv6Addr = parts?.join(":").parse().ok()?;
            Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
        }
        _ => None,
    }
}

/// A part of an address without its leading zeros, if it has digits only.
fn number(part: &str, radix: u32) -> Option<&str> {
    if !part.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let significant = part.trim_start_matches('0');
    Some(if significant.is_empty() && !part.is_empty() { "0" } else { significant })
}

/// The address and the bits of the mask. Slashes at the end do not count.
fn split(text: &str) -> Result<(IpAddr, u32), InvalidPattern> {
    let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
    let &[start, bits] = parts.as_slice() else {
        return Err(refused("Malformed CIDR, one '/' required"));
    };
    let bits: i32 =
        bits.parse().map_err(|_| refused("Malformed CIDR, mask bits must be an integer"))?;
    let bits = u32::try_from(bits)
        .map_err(|_| refused("Malformed CIDR, mask bits must not be negative"))?;
    let address =
        address(start).ok_or_else(|| refused(format!("Nonstandard IP address: {start}")))?;
    Ok((address, bits))
}
