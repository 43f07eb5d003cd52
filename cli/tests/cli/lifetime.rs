//! How a system starts, stops, and starts again.

use rstest::rstest;

use super::process::{Process, run, trip};
use super::system::{System, booking};

#[rstest]
#[case("TERM")]
#[case("INT")]
fn a_signal_stops_it_in_order_also_while_somebody_follows_its_events(#[case] signal: &str) {
    let system = System::start();
    system.confirmed("t-1");
    let mut tail = Process::spawn(system.command("events tail --since 1h"));
    let line = tail.read_until(|_| true);
    assert!(line.contains("t-1"), "{line}");
    let stopped = system.stop(signal);
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    assert_eq!(stopped.stdout, "", "only the ready line belongs there");
    assert_eq!(tail.wait().code(), Some(0));
}

#[test]
fn what_is_kept_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let arguments = ["--data", data.to_str().unwrap()];
    let system = System::with(&arguments);
    assert_eq!(system.ready["data"], data.to_str().unwrap());
    system.confirmed("t-1");
    assert_eq!(system.stop("TERM").code, Some(0));

    let system = System::with(&arguments);
    assert_eq!(system.json("get t-1")["status"], "CONFIRMED");
    let again = system.trip_with("book -", &booking("t-1"));
    assert!(again.stderr.contains("TripExists (409)"), "{again:?}");
}

#[test]
fn a_directory_or_a_port_that_is_taken_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let system = System::with(&["--data", data]);
    let free = ["--dynamodb-listen", "127.0.0.1:0", "--aws-listen", "127.0.0.1:0"];
    let up = |more: &[&str]| run(trip(&[&["up"], &free as &[&str], more].concat()), "");

    let taken = up(&["--listen", "127.0.0.1:0", "--data", data]);
    assert_eq!(taken.code, Some(1));
    assert!(taken.stderr.contains("another process uses"), "{taken:?}");

    let address = system.url("api").strip_prefix("http://").unwrap();
    let taken = up(&["--listen", address, "--ephemeral"]);
    assert_eq!(taken.code, Some(1));
    assert!(taken.stderr.contains(&format!("cannot listen on {address}")), "{taken:?}");
}

#[rstest]
#[case("--listen")]
#[case("--dynamodb-listen")]
#[case("--aws-listen")]
fn an_address_that_others_reach_is_refused_before_anything_is_made(#[case] option: &str) {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    for address in ["0.0.0.0:0", "[::]:0", "192.168.0.1:0", "8.8.8.8:80"] {
        let refused = run(trip(&["up", option, address, "--data", data.to_str().unwrap()]), "");
        assert_eq!(refused.code, Some(2));
        let told = format!("'{option} <ADDR>': {address} is not a loopback address");
        assert!(refused.stderr.contains(&told), "{refused:?}");
    }
    assert!(!data.exists());
}

#[test]
fn what_a_killed_system_left_behind_is_cleared_by_the_next_one() {
    let temporary = tempfile::tempdir().unwrap();
    let folders = || {
        let entries = std::fs::read_dir(temporary.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>()
    };
    let killed = System::ephemeral_in(temporary.path());
    killed.confirmed("t-1");
    killed.stop("KILL");
    let left = folders();
    assert_eq!(left.len(), 1, "{left:?}");

    let running = System::ephemeral_in(temporary.path());
    assert!(!folders().contains(&left[0]));
    let second = System::ephemeral_in(temporary.path());
    assert_eq!(folders().len(), 2, "what is in use stays");
    running.confirmed("t-2");
    for system in [running, second] {
        assert_eq!(system.stop("TERM").code, Some(0));
    }
    assert_eq!(folders(), [""; 0]);
}

#[test]
fn what_goes_as_it_should_is_not_logged() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["--data", directory.path().to_str().unwrap()];
    for id in ["t-1", "t-2"] {
        let system = System::with(&arguments);
        system.confirmed(id);
        system.trip(&format!("cancel {id}"));
        assert_eq!(system.trip("rebuild").code, Some(0));
        assert_eq!(system.trip("get no-such-trip").code, Some(3));
        let stopped = system.stop("TERM");
        assert_eq!(stopped.stderr, "");
    }
}

#[test]
fn other_sites_are_named_one_by_one() {
    for origin in ["*", "https://*.example.com", "null", "https://example.com/"] {
        let refused = run(trip(&["up", "--ephemeral", "--cors-origin", origin]), "");
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains("name each site in full"), "{refused:?}");
    }
}

#[test]
fn the_booking_that_a_start_suggests_can_be_booked() {
    let free = ["127.0.0.1:0"; 3];
    let options = ["--listen", "--dynamodb-listen", "--aws-listen"];
    let listen = options.iter().zip(free).flat_map(|(option, address)| [*option, address]);
    let arguments: Vec<_> = ["up", "--ephemeral"].into_iter().chain(listen).collect();
    let mut up = Process::spawn(trip(&arguments));
    let text = up.read_until(|line| line.contains("Ctrl-C"));

    let after = |mark: &str| text.split_once(mark).unwrap().1;
    let body = after("-d '").split('\'').next().unwrap();
    let endpoint = after("TRIP_ENDPOINT=").split(' ').next().unwrap();
    let booked = run(trip(&["book", "-", "--wait", "--endpoint", endpoint]), body);
    assert_eq!(booked.code, Some(0), "{booked:?}");
}
