//! Files that appear whole or not at all: written under a temporary name in their folder, then renamed.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A folder that results go to.
#[derive(Clone, Debug)]
pub struct OutputDir {
    path: PathBuf,
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
        fs::create_dir_all(path)?;
        Ok(Self { path: path.to_owned() })
    }

    /// Begins a file.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn stream(&self, name: &str) -> io::Result<StreamedFile> {
        let temporary = builder().tempfile_in(&self.path)?;
        Ok(StreamedFile { writer: BufWriter::new(temporary), target: self.path.join(name) })
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// Whatever the file system says; an earlier file of that name is then as it was.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.stream(name)?;
        file.write_all(bytes)?;
        file.keep()
    }
}

impl StreamedFile {
    /// Gives the file its name, replacing an earlier one.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn keep(self) -> io::Result<()> {
        let temporary = self.writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        temporary.as_file().sync_all()?;
        temporary.persist(&self.target).map_err(|error| error.error)?;
        Ok(())
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

/// Temporary files are private by default; results should be as readable as any other new file.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".deploysim-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}
