//! Files that appear whole or not at all: written under a temporary name in their folder, then renamed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A folder that results go to. What of it was made here and is still empty in the end vanishes again.
#[derive(Debug)]
pub struct OutputDir {
    path: PathBuf,
    /// The folders that were not there before, the deepest first.
    made: Vec<PathBuf>,
}

/// A file that is being written; it takes its name with [`Self::keep`] and vanishes without.
#[derive(Debug)]
pub struct StreamedFile {
    writer: BufWriter<NamedTempFile>,
    target: PathBuf,
}

impl OutputDir {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn create(path: &Path) -> io::Result<Self> {
        let missing =
            path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let made = missing.map(Path::to_owned).collect();
        // Made before the folders are: if the last of them can't be made, the others go again.
        let folder = Self { path: path.to_owned(), made };
        fs::create_dir_all(path)?;
        Ok(folder)
    }

    /// Begins a file.
    ///
    /// # Errors
    /// Whatever the file system says, and that a folder has its name.
    pub fn stream(&self, name: &str) -> io::Result<StreamedFile> {
        let target = self.path.join(name);
        // No file can take the name of a folder; said now, it costs no run and no other file.
        if target.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let temporary = temporary_in(&self.path)?;
        Ok(StreamedFile { writer: BufWriter::new(temporary), target })
    }

    /// Writes a whole file, which takes its name when it is kept.
    ///
    /// # Errors
    /// Whatever the file system says; an earlier file of that name is as it was.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<StreamedFile> {
        let mut file = self.stream(name)?;
        file.write_all(bytes)?;
        Ok(file)
    }
}

impl Drop for OutputDir {
    fn drop(&mut self) {
        // A folder that holds something is not removed, and neither are those around it.
        let _ = self.made.iter().try_for_each(fs::remove_dir);
    }
}

impl StreamedFile {
    /// Puts everything on the disk, so that nothing but the name is missing.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().as_file().sync_all()
    }

    /// Gives the file its name, replacing an earlier one.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn keep(self) -> io::Result<()> {
        self.keep_open().map(drop)
    }

    /// Likewise, and gives the file back for more to be written at its end.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn keep_open(mut self) -> io::Result<File> {
        self.finish()?;
        let temporary = self.writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        temporary.persist(&self.target).map_err(|error| error.error)
    }
}

impl Write for StreamedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Removes the unfinished files of this process, for a program that ends in the middle of its work.
pub fn remove_unfinished(folder: &Path) {
    let own = prefix();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&own) {
            // Nothing can be done if that fails.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Names that no other process uses, so that two runs in one folder leave each other alone.
fn prefix() -> String {
    format!(".deploysim-{}-", std::process::id())
}

/// Begins a temporary file.
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let prefix = prefix();
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    // Temporary files are private by default; results should be as readable as any other new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
