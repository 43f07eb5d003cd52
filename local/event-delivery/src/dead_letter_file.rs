//! The file of dead letters: JSON Lines, the oldest first. Several processes may use it at once.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::dead_letter::DeadLetter;

/// The size in bytes that the file does not exceed: the oldest letters give way.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A file of dead letters. It is made for the first one.
#[derive(Clone, Debug)]
pub struct DeadLetterFile {
    path: PathBuf,
    largest: u64,
}

/// What the file holds.
#[derive(Debug, Default)]
pub struct Kept {
    /// The letters, the oldest first.
    pub letters: Vec<DeadLetter>,
    /// How many lines are no letters, such as one that a crash has cut off.
    pub unreadable: usize,
}

impl DeadLetterFile {
    /// The file at this path. Beside it a file `….lock` keeps the processes apart.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), largest: LARGEST }
    }

    /// The same file with another bound on its size, in bytes.
    #[must_use]
    pub fn no_larger_than(self, largest: u64) -> Self {
        Self { largest, ..self }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends letters. They are on disk when this returns. Blocks. Returns how many of the oldest
    /// lines had to give way.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn append<'a>(
        &self,
        letters: impl IntoIterator<Item = &'a DeadLetter>,
    ) -> io::Result<usize> {
        let mut lines = Vec::new();
        for letter in letters {
            serde_json::to_writer(&mut lines, letter)?;
            lines.push(b'\n');
        }
        let _lock = self.lock()?;
        let gone = self.make_room(lines.len() as u64)?;
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.path)?;
        if !ends_a_line(&mut file)? {
            // A crash has cut off the last line: the next letter does not continue it.
            lines.insert(0, b'\n');
        }
        file.write_all(&lines)?;
        file.sync_data()?;
        Ok(gone)
    }

    /// Reads all letters; none if there is no file. Blocks.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&self) -> io::Result<Kept> {
        let mut kept = Kept::default();
        for line in self.text()?.lines().filter(|line| !line.is_empty()) {
            match serde_json::from_str(line) {
                Ok(letter) => kept.letters.push(letter),
                Err(_) => kept.unreadable += 1,
            }
        }
        Ok(kept)
    }

    /// Removes letters. What is no letter stays. Blocks.
    ///
    /// # Errors
    /// When the file cannot be written; then it is as before.
    pub fn remove(&self, ids: &BTreeSet<Uuid>) -> io::Result<()> {
        let _lock = self.lock()?;
        let text = self.text()?;
        let is_kept = |line: &&str| {
            let letter: Result<DeadLetter, _> = serde_json::from_str(line);
            !letter.is_ok_and(|letter| ids.contains(&letter.id))
        };
        self.write(text.lines().filter(is_kept))
    }

    /// Drops the oldest lines where `more` bytes would not fit: down to half of what may be kept,
    /// so that this is rare. Returns how many.
    fn make_room(&self, more: u64) -> io::Result<usize> {
        let size = fs::metadata(&self.path).map_or(0, |file| file.len());
        if size + more <= self.largest {
            return Ok(0);
        }
        let text = self.text()?;
        let (mut gone, mut left) = (0, text.len() as u64);
        let kept = text.lines().skip_while(|line| {
            let is_too_much = left > self.largest / 2;
            left = left.saturating_sub(line.len() as u64 + 1);
            gone += usize::from(is_too_much);
            is_too_much
        });
        self.write(kept)?;
        Ok(gone)
    }

    /// Writes the file whole or not at all.
    fn write<'a>(&self, lines: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(self.folder())?;
        for line in lines {
            writeln!(file, "{line}")?;
        }
        file.as_file().sync_data()?;
        file.persist(&self.path)?;
        File::open(self.folder())?.sync_all()
    }

    fn text(&self) -> io::Result<String> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(error),
        }
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// Holds the file until this is dropped. The lock is on a file of its own, since this one is
    /// replaced.
    fn lock(&self) -> io::Result<File> {
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        lock.lock()?;
        Ok(lock)
    }
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use serde_json::value::RawValue;

    use super::*;
    use crate::dead_letter::Undelivered;
    use crate::target::{Destination, Request};

    fn letter(position: i64) -> DeadLetter {
        let event = RawValue::from_string(format!(r#"{{"detail":{{"n":{position}}}}}"#)).unwrap();
        let to = Destination::http("http://127.0.0.1:9/hook".parse().unwrap());
        let undelivered = Undelivered {
            at: Timestamp::from_millis(0),
            attempts: 1,
            error: "400 Bad Request".to_owned(),
            condition: None,
        };
        let request = Request { to, body: event.get().to_owned() };
        DeadLetter::of(request, &event, position, None, undelivered).unwrap()
    }

    fn positions(file: &DeadLetterFile) -> Vec<i64> {
        file.read().unwrap().letters.iter().map(|letter| letter.position).collect()
    }

    fn file(folder: &tempfile::TempDir) -> DeadLetterFile {
        DeadLetterFile::at(folder.path().join("dead.jsonl"))
    }

    #[test]
    fn letters_are_kept_in_order_and_removed_by_their_ids() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder);
        assert_eq!(positions(&file), [0; 0]);
        let letters: Vec<_> = (1..=4).map(letter).collect();
        file.append(&letters[..3]).unwrap();
        file.append(&letters[3..]).unwrap();
        assert_eq!(positions(&file), [1, 2, 3, 4]);
        file.remove(&[letters[1].id, letters[3].id, Uuid::nil()].into()).unwrap();
        assert_eq!(positions(&file), [1, 3]);
        let kept = file.read().unwrap().letters;
        assert_eq!(kept[0].request(), letters[0].request());
    }

    #[test]
    fn a_line_that_a_crash_has_cut_off_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder);
        file.append([&letter(1)]).unwrap();
        let whole = fs::read(file.path()).unwrap();
        fs::write(file.path(), [&whole[..], &whole[..20]].concat()).unwrap();
        file.append([&letter(2)]).unwrap();
        let kept = file.read().unwrap();
        assert_eq!((positions(&file), kept.unreadable), (vec![1, 2], 1));
        file.remove(&kept.letters.iter().map(|letter| letter.id).collect()).unwrap();
        assert_eq!((positions(&file), file.read().unwrap().unreadable), (vec![], 1));
    }

    #[test]
    fn the_oldest_give_way_where_the_file_would_become_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let size = serde_json::to_vec(&letter(1)).unwrap().len() as u64 + 1;
        let file = file(&folder).no_larger_than(size * 10);
        let gone: usize = (0..10).map(|n| file.append([&letter(n)]).unwrap()).sum();
        assert_eq!((gone, positions(&file).len()), (0, 10));
        assert_eq!(file.append([&letter(10)]).unwrap(), 5);
        assert_eq!(positions(&file), [5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn several_writers_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder);
        let early: Vec<_> = (0..20).map(letter).collect();
        file.append(&early).unwrap();
        std::thread::scope(|scope| {
            for writer in 1..=3 {
                let file = file.clone();
                scope.spawn(move || {
                    (0..20).for_each(|n| {
                        file.append([&letter(writer * 100 + n)]).unwrap();
                    });
                });
            }
            for letter in &early {
                file.remove(&[letter.id].into()).unwrap();
            }
        });
        let mut left = positions(&file);
        left.sort_unstable();
        let expected: Vec<_> = (1..=3).flat_map(|w| (0..20).map(move |n| w * 100 + n)).collect();
        assert_eq!(left, expected);
    }
}
