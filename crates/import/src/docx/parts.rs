//! The parts of a Word package: the main document and those it refers to.

use super::DocxError;
use super::xml::{XmlElement, decode, parse};
use crate::package::ZipPackage;

/// A relation of the document to another part, or to something outside the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PartRelation {
    pub(super) id: String,
    /// The last segment of the relation's type: `styles`, `header`, `hyperlink`.
    pub(super) kind: String,
    /// The part's name, or the external target.
    pub(super) target: String,
}

/// A package with the relations of its main part.
pub(super) struct PackageParts<'b> {
    package: ZipPackage<'b>,
    main: String,
    pub(super) relations: Vec<PartRelation>,
}

impl<'b> PackageParts<'b> {
    /// Opens a package and finds its main part, which Word for the web may name other than `word/document.xml`.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, DocxError> {
        let mut package = ZipPackage::open(bytes)?;
        let named = relations(&mut package, "")?.into_iter().find(|relation| relation.kind == "officeDocument");
        let main = named.map_or_else(|| "word/document.xml".to_owned(), |relation| relation.target);
        let held = package.names().any(|name| name.eq_ignore_ascii_case(&main));
        if !held || !main.contains("word/") && !main.contains("document") {
            return Err(DocxError::NoDocument);
        }
        let relations = relations(&mut package, &main)?;
        Ok(Self { package, main, relations })
    }

    /// Returns the text of the main part.
    pub(super) fn main(&mut self) -> Result<String, DocxError> {
        let main = self.main.clone();
        Ok(self.text(&main)?.unwrap_or_default())
    }

    /// Returns the text of each related part of a kind, with its name.
    pub(super) fn of_kind(&mut self, kind: &str) -> Result<Vec<(String, String)>, DocxError> {
        let named = self.relations.iter().filter(|relation| relation.kind == kind);
        let mut names: Vec<String> = named.map(|relation| relation.target.clone()).collect();
        names.dedup();
        let mut texts = Vec::new();
        for name in names {
            texts.extend(self.text(&name)?.map(|text| (name, text)));
        }
        Ok(texts)
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, DocxError> {
        text(&mut self.package, name)
    }
}

fn text(package: &mut ZipPackage<'_>, name: &str) -> Result<Option<String>, DocxError> {
    let Some(bytes) = package.read(name)? else { return Ok(None) };
    Ok(Some(decode(name, &bytes)?.into_owned()))
}

/// Returns the relations of a part; those of the package if `of` is empty.
fn relations(package: &mut ZipPackage<'_>, of: &str) -> Result<Vec<PartRelation>, DocxError> {
    let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
    let slash = if folder.is_empty() { "" } else { "/" };
    let name = format!("{folder}{slash}_rels/{file}.rels");
    let Some(text) = text(package, &name)? else { return Ok(Vec::new()) };
    let root = parse(&name, &text)?;
    Ok(root.elements().filter_map(|element| relation(element, folder)).collect())
}

fn relation(element: &XmlElement<'_>, folder: &str) -> Option<PartRelation> {
    let target = element.attribute("Target")?;
    let kind = element.attribute("Type")?;
    let outside = element.attribute("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("External"));
    Some(PartRelation {
        id: element.attribute("Id").unwrap_or_default(),
        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
        target: if outside { target } else { resolved(folder, &target) },
    })
}

/// Resolves a relative part name.
fn resolved(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_resolved() {
        for (folder, target, name) in [
            ("", "word/document.xml", "word/document.xml"),
            ("word", "styles.xml", "word/styles.xml"),
            ("word", "/word/styles.xml", "word/styles.xml"),
            ("word", "../custom/a.xml", "custom/a.xml"),
            ("word", "../../../a.xml", "a.xml"),
        ] {
            assert_eq!(super::resolved(folder, target), name);
        }
    }
}
