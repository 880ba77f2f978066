//! The parts that are the same in every document: content types, relationships, styles and settings.

pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

pub(super) const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

pub(super) const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
</Types>";

pub(super) const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"document\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"properties\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

pub(super) const DOCUMENT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"styles\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"numbering\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering\" Target=\"numbering.xml\"/>\
<Relationship Id=\"settings\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings\" Target=\"settings.xml\"/>\
<Relationship Id=\"header\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header1.xml\"/>\
<Relationship Id=\"footer\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
</Relationships>";

/// Without a compatibility mode, Word opens a document in the mode of 2007.
pub(super) const SETTINGS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:compat>\
<w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
<w:themeFontLang w:val=\"en-GB\"/></w:settings>";

/// Paragraph styles: id, Word's name, paragraph properties, text properties.
const PARAGRAPHS: [(&str, &str, &str, &str); 11] = [
    (
        "Title",
        "Title",
        "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"80\"/>",
        "<w:b/><w:color w:val=\"1F3864\"/><w:sz w:val=\"40\"/>",
    ),
    (
        "Subtitle",
        "Subtitle",
        "<w:keepNext/><w:spacing w:after=\"200\"/>",
        "<w:b/><w:color w:val=\"404040\"/><w:sz w:val=\"26\"/>",
    ),
    (
        "Heading1",
        "heading 1",
        "<w:keepNext/><w:keepLines/><w:spacing w:before=\"320\" w:after=\"100\"/><w:outlineLvl w:val=\"0\"/>",
        "<w:b/><w:color w:val=\"1F3864\"/><w:sz w:val=\"26\"/>",
    ),
    ("BodyText", "Body Text", "", ""),
    ("ListBullet", "List Bullet", "<w:spacing w:after=\"60\"/>", ""),
    ("ListNumber", "List Number", "<w:spacing w:after=\"60\"/>", ""),
    ("TableText", "Table Text", "<w:spacing w:before=\"40\" w:after=\"40\"/>", ""),
    ("TableHeading", "Table Heading", "<w:keepNext/><w:spacing w:before=\"40\" w:after=\"40\"/>", "<w:b/>"),
    ("AfterTable", "After Table", "<w:spacing w:after=\"0\" w:line=\"200\" w:lineRule=\"exact\"/>", ""),
    (
        "Header",
        "header",
        "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"4\" w:color=\"767676\"/></w:pBdr>\
         <w:tabs><w:tab w:val=\"right\" w:pos=\"9638\"/></w:tabs>",
        "<w:color w:val=\"404040\"/><w:sz w:val=\"18\"/>",
    ),
    ("Footer", "footer", "<w:spacing w:after=\"20\"/>", "<w:color w:val=\"404040\"/><w:sz w:val=\"16\"/>"),
];

const TABLE: &str = "<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"HeadlinesTable\">\
<w:name w:val=\"Headlines Table\"/><w:tblPr><w:tblBorders>\
<w:top w:val=\"single\" w:sz=\"4\" w:color=\"767676\"/><w:left w:val=\"single\" w:sz=\"4\" w:color=\"767676\"/>\
<w:bottom w:val=\"single\" w:sz=\"4\" w:color=\"767676\"/><w:right w:val=\"single\" w:sz=\"4\" w:color=\"767676\"/>\
<w:insideH w:val=\"single\" w:sz=\"4\" w:color=\"767676\"/><w:insideV w:val=\"single\" w:sz=\"4\" w:color=\"767676\"/>\
</w:tblBorders><w:tblCellMar><w:left w:w=\"100\" w:type=\"dxa\"/><w:right w:w=\"100\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>\
<w:tblStylePr w:type=\"firstRow\"><w:tcPr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E8ECF4\"/></w:tcPr></w:tblStylePr>\
</w:style>";

/// Returns the styles part.
pub(super) fn styles() -> String {
    let paragraph = |(id, name, paragraph, text): &(&str, &str, &str, &str)| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{text}</w:rPr></w:style>"
        )
    };
    format!(
        "{DECLARATION}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:eastAsia=\"Calibri\" w:cs=\"Calibri\"/><w:sz w:val=\"22\"/>\
         <w:lang w:val=\"en-GB\" w:eastAsia=\"en-GB\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>\
         <w:spacing w:after=\"120\" w:line=\"269\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>\
         {}{TABLE}</w:styles>",
        PARAGRAPHS.iter().map(paragraph).collect::<String>()
    )
}
