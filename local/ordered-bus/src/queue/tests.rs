//! A subscriber's decisions: in order within a group, no group held up by another, and nothing
//! forgotten, whatever fails and whenever it ends.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::*;

const FIFO: Rules = Rules { in_order: true, batch: 10, window: Duration::ZERO };

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1000)
}

/// A queue with an event of each of these groups, from position 1 on.
fn queue(rules: Rules, groups: &str) -> Queue {
    let mut queue = Queue::new(rules, 0, Vec::new());
    for (group, position) in groups.chars().zip(1..) {
        let group = (group != '-').then(|| group.to_string());
        queue.take_in(position, group, at(0));
    }
    queue
}

fn again(second: i64, attempts: u32) -> Settled {
    Settled::Again { due_at: at(second), attempts }
}

#[test]
fn a_group_in_flight_holds_up_itself_alone() {
    let mut queue = queue(Rules { batch: 1, ..FIFO }, "aab-a");
    assert_eq!(queue.next(at(0)), Step::Send(vec![1]));
    assert_eq!(queue.next(at(0)), Step::Send(vec![3]));
    assert_eq!(queue.next(at(0)), Step::Send(vec![4]));
    assert_eq!(queue.next(at(0)), Step::Wait(None));
    queue.settle(1, Settled::Done);
    assert_eq!(queue.next(at(0)), Step::Send(vec![2]));
}

#[test]
fn a_group_that_failed_waits_and_no_later_event_of_it_overtakes() {
    let mut queue = queue(Rules { batch: 1, ..FIFO }, "aba");
    assert_eq!(queue.next(at(0)), Step::Send(vec![1]));
    queue.settle(1, again(5, 1));
    assert_eq!(queue.next(at(0)), Step::Send(vec![2]));
    queue.settle(2, Settled::Done);
    assert_eq!(queue.next(at(4)), Step::Wait(Some(at(5))));
    assert_eq!(queue.next(at(5)), Step::Send(vec![1]));
    queue.settle(1, Settled::Done);
    assert_eq!(queue.next(at(5)), Step::Send(vec![3]));
}

#[test]
fn an_unordered_subscriber_waits_for_none() {
    let mut queue = queue(Rules { in_order: false, batch: 1, ..FIFO }, "aa");
    assert_eq!(queue.next(at(0)), Step::Send(vec![1]));
    assert_eq!(queue.next(at(0)), Step::Send(vec![2]));
    queue.settle(2, Settled::Done);
    queue.settle(1, again(5, 1));
    assert_eq!(queue.next(at(4)), Step::Wait(Some(at(5))));
}

#[test]
fn a_batch_that_failed_is_tried_group_by_group() {
    let mut queue = queue(FIFO, "abab-");
    assert_eq!(queue.next(at(0)), Step::Send(vec![1, 2, 3, 4, 5]));
    for position in 1..=5 {
        queue.settle(position, again(1, 1));
    }
    assert_eq!(queue.next(at(1)), Step::Send(vec![1, 3]));
    assert_eq!(queue.next(at(1)), Step::Send(vec![2, 4]));
    assert_eq!(queue.next(at(1)), Step::Send(vec![5]));
}

#[test]
fn a_batch_waits_for_its_window_unless_it_is_full() {
    let rules = Rules { batch: 3, window: Duration::from_secs(10), ..FIFO };
    assert_eq!(queue(rules, "ab").next(at(3)), Step::Wait(Some(at(10))));
    assert_eq!(queue(rules, "ab").next(at(10)), Step::Send(vec![1, 2]));
    assert_eq!(queue(rules, "abc").next(at(3)), Step::Send(vec![1, 2, 3]));
}

#[test]
fn only_what_may_be_forgotten_is_behind_the_written_position() {
    let mut queue = queue(Rules { batch: 1, ..FIFO }, "abc");
    assert_eq!(queue.changes(), None);
    for position in 1..=2 {
        assert_eq!(queue.next(at(0)), Step::Send(vec![position]));
    }
    queue.settle(2, Settled::Done);
    let changes = queue.changes().unwrap();
    let open: Vec<_> = changes.open.iter().map(|open| open.position).collect();
    assert_eq!((changes.position, open, changes.over), (2, vec![1], vec![]));
    queue.settle(1, Settled::Done);
    let changes = queue.changes().unwrap();
    assert_eq!((changes.position, changes.open, changes.over), (2, vec![], vec![1]));
    queue.pass_over(9);
    assert_eq!(queue.changes(), None, "the third event is open and not tried");
    assert_eq!(queue.next(at(0)), Step::Send(vec![3]));
    queue.settle(3, Settled::Done);
    assert_eq!(queue.changes().unwrap().position, 9);
}

/// What is on disk: the written position, and what is open before it.
#[derive(Default)]
struct Disk {
    position: i64,
    open: BTreeMap<i64, Open>,
}

impl Disk {
    fn write(&mut self, changes: Changes) {
        self.position = changes.position;
        for over in changes.over {
            assert!(self.open.remove(&over).is_some(), "{over} was never written as open");
        }
        self.open.extend(changes.open.into_iter().map(|open| (open.position, open)));
    }
}

/// A random target, random ends of the process, and now and then nothing written: every event is
/// taken at least once, a group's first takings are in order, and a repeat comes only after an end.
#[test]
fn nothing_is_missed_and_no_group_is_taken_out_of_order() {
    for seed in 0..2_000 {
        let mut random = StdRng::seed_from_u64(seed);
        let events = random.random_range(1..40);
        let groups: Vec<_> = (0..events)
            .map(|_| random.random_ratio(9, 10).then(|| random.random_range('a'..'e').to_string()))
            .collect();
        let rules = Rules { batch: random.random_range(1..5), ..FIFO };
        let (mut disk, mut taken, mut second) = (Disk::default(), Vec::new(), 0);
        let mut ends = 0;
        while disk.position < events || !disk.open.is_empty() {
            let open = disk.open.values().cloned().collect();
            let mut queue = Queue::new(rules, disk.position, open);
            let mut flying = Vec::new();
            for _ in 0..random.random_range(1..60) {
                second += 1;
                let next = queue.read_to() + 1;
                match random.random_range(0..4) {
                    0 if next <= events => {
                        queue.take_in(next, groups[next as usize - 1].clone(), at(second));
                    }
                    1 => {
                        if let Step::Send(batch) = queue.next(at(second)) {
                            flying.push(batch);
                        }
                    }
                    2 if !flying.is_empty() => {
                        let batch = flying.swap_remove(random.random_range(0..flying.len()));
                        let is_taken = random.random_ratio(2, 3);
                        for position in batch {
                            if is_taken {
                                taken.push(position);
                                queue.settle(position, Settled::Done);
                            } else {
                                queue.settle(position, again(second + 3, 1));
                            }
                        }
                    }
                    _ => queue.changes().into_iter().for_each(|changes| disk.write(changes)),
                }
            }
            ends += 1;
            // In flight at the end: the target took it, and nobody heard of it.
            taken.extend(flying.into_iter().filter(|_| random.random()).flatten());
        }
        let mut first = BTreeMap::new();
        for (place, position) in taken.iter().enumerate() {
            first.entry(*position).or_insert(place);
        }
        assert_eq!(first.len() as i64, events, "seed {seed}: missed");
        assert!(ends > 1 || taken.len() as i64 == events, "seed {seed}: repeated for nothing");
        for (one, other) in (1..=events).flat_map(|a| (a + 1..=events).map(move |b| (a, b))) {
            let [one_group, other_group] = [one, other].map(|it| &groups[it as usize - 1]);
            let is_ordered = one_group.is_some() && one_group == other_group;
            assert!(!is_ordered || first[&one] < first[&other], "seed {seed}: {one} and {other}");
        }
    }
}
