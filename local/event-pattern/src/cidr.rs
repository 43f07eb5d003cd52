//! The operator `cidr`: matches the addresses of a network.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::{Value, json};

use crate::invalid::{InvalidPattern, refused, unsupported};

pub(crate) fn check(operand: &Value) -> Result<Value, InvalidPattern> {
    // EventBridge's message really says "prefix" here.
    let text = operand.as_str().ok_or_else(|| refused("prefix match pattern must be a string"))?;
    let (address, bits) = split(text)?;
    match address {
        IpAddr::V4(address) => network(text, address, bits)?,
        IpAddr::V6(_) if bits > 127 => return Err(refused("IPv6 mask bits must be < 128")),
        IpAddr::V6(_) => return Err(unsupported(format!("cidr with the IPv6 address {text}"))),
    }
    Ok(json!({ "cidr": text }))
}

fn split(text: &str) -> Result<(IpAddr, u32), InvalidPattern> {
    let parts: Vec<&str> = text.split('/').collect();
    let &[address, bits] = parts.as_slice() else {
        return Err(refused("Malformed CIDR, one '/' required"));
    };
    let bits: i32 =
        bits.parse().map_err(|_| refused("Malformed CIDR, mask bits must be an integer"))?;
    let bits = u32::try_from(bits)
        .map_err(|_| refused("Malformed CIDR, mask bits must not be negative"))?;
    let address =
        address.parse().map_err(|_| refused(format!("Nonstandard IP address: {address}")))?;
    Ok((address, bits))
}

/// EventBridge starts the range at the address as written, the matcher at the network's first
/// address.
fn network(text: &str, address: Ipv4Addr, bits: u32) -> Result<(), InvalidPattern> {
    if bits > 31 {
        return Err(refused("IPv4 mask bits must be < 32"));
    }
    match address.to_bits() & (u32::MAX >> bits) {
        0 => Ok(()),
        _ => Err(unsupported(format!("cidr with bits beyond the mask, {text}"))),
    }
}
