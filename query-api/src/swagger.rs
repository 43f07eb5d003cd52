//! Where the files of Swagger UI come from.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where Swagger UI's files are.
#[derive(Clone, Debug)]
pub enum SwaggerUi {
    /// In this folder.
    In(PathBuf),
    /// Within the program, which gives them by name.
    Within(fn(&str) -> Option<Vec<u8>>),
}

impl SwaggerUi {
    /// Beside this program, where a function's archive has them.
    pub(crate) fn beside_the_program() -> Self {
        let program = env::current_exe().unwrap_or_default();
        Self::In(program.with_file_name(swagger_ui::FOLDER))
    }

    /// The file of that name.
    pub(crate) fn file(&self, name: &str) -> Option<Vec<u8>> {
        match self {
            // A name that leads elsewhere is no name of a file.
            Self::In(folder) => {
                let is_name = Path::new(name).file_name().is_some_and(|last| last == name);
                is_name.then(|| fs::read(folder.join(name)).ok()).flatten()
            }
            Self::Within(file) => file(name),
        }
    }
}
