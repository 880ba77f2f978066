//! The examples of a Markdown page: commands with the output the page shows, and files it tells the reader to write.

/// A step of a page, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// `With this in `NAME``, followed by a code block.
    File {
        name: String,
        text: String,
    },
    Command(Example),
}

/// A line after `$ `, and the output shown under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    /// Line of the page, from 1.
    pub(super) line: usize,
    pub(super) command: String,
    /// Empty where the page shows no output; it is then not compared.
    pub(super) output: String,
}

/// Reads the steps of a page: `console` and `text` blocks that begin with `$ `, and blocks announced as files.
pub(super) fn steps(page: &str) -> Vec<Step> {
    let lines: Vec<&str> = page.lines().collect();
    let mut steps = Vec::new();
    let mut at = 0;
    let mut announced = None;
    while at < lines.len() {
        if lines[at].starts_with("```") {
            let end = (at + 1..lines.len()).find(|&end| lines[end].starts_with("```")).expect("a block ends");
            let block = &lines[at + 1..end];
            if block.first().is_some_and(|first| first.starts_with("$ ")) {
                commands(block, at + 2, &mut steps);
            } else if let Some(name) = announced.take() {
                steps.push(Step::File { name, text: block.join("\n") + "\n" });
            }
            at = end;
        } else if let Some((_, name)) = lines[at].split_once("With this in `") {
            announced = name.split('`').next().map(str::to_owned);
        }
        at += 1;
    }
    steps
}

fn commands(block: &[&str], first_line: usize, steps: &mut Vec<Step>) {
    let mut lines = block.iter().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let mut command = line.strip_prefix("$ ").expect("output follows a command").to_owned();
        while command.ends_with('\\') {
            command.push('\n');
            command.push_str(lines.next().expect("a line follows a backslash").1);
        }
        let mut output = String::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.starts_with("$ ")) {
            output.push_str(line.trim_end());
            output.push('\n');
        }
        steps.push(Step::Command(Example { line: first_line + at, command, output }));
    }
}

#[test]
fn commands_outputs_and_files_are_read_in_order() {
    let page = "Do:\n```console\n$ one \\\n  more\nout\n$ two\n```\nWith this in `a.json`\n\n```json\n{}\n```\n";
    let command = |line, command: &str, output: &str| {
        Step::Command(Example { line, command: command.to_owned(), output: output.to_owned() })
    };
    let file = Step::File { name: "a.json".to_owned(), text: "{}\n".to_owned() };
    assert_eq!(steps(page), [command(3, "one \\\n  more", "out\n"), command(6, "two", ""), file]);
}
