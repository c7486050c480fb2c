// Usage: node scripts/docs-cli.mjs [--check]
// Writes docs/reference/cli.md from the commands of the program. With --check nothing is written: the exit code is 1
// if the file is not what would be written. Needs a build.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createProgram } from '@walrus-ts/cli';
import { ROOT } from './steps.mjs';

const TARGET = join(ROOT, 'docs/reference/cli.md');

const INTRODUCTION = `# The \`walrus\` command

<!-- Written by scripts/docs-cli.mjs from the program itself; change the commands, not this file. -->

In a checkout the command is \`npx walrus\`. Every command has \`--help\`.
How the configuration and the wallet are found is described in [configuration.md](configuration.md); what error codes
mean, in [errors.md](errors.md).

Results go to standard output, messages and progress to standard error. On a terminal progress is shown as bars, otherwise
as one line per step. With \`--json\` standard output holds exactly one JSON value (of \`read\` without \`--out\`: the blob as
base64), and progress is silent. Amounts in JSON are in the smallest unit: FROST (10⁻⁹ WAL) or MIST (10⁻⁹ SUI).
`;

/** Text for a cell of a table. */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function optionRow({ flags, description, defaultValue, mandatory }) {
  const notes = [
    ...(mandatory ? ['required'] : []),
    ...(typeof defaultValue === 'string' ? [`default \`${defaultValue}\``] : []),
  ];
  const note = notes.length > 0 ? ` (${notes.join(', ')})` : '';
  return [`\`${cell(flags)}\``, cell(description) + cell(note)];
}

/** What `--help` prints behind the lists: notes and examples. */
function afterHelp(command) {
  let text = '';
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.slice(command.helpInformation().length).trim();
}

/** Turns the notes into prose and the examples into a block of code. */
function renderNotes(text) {
  const [notes = '', examples] = text.split(/^Examples?:$/m);
  const parts = notes.trim() === '' ? [] : [notes.trim()];
  if (examples !== undefined) {
    const lines = examples.split('\n').map((line) => line.trim());
    parts.push(`\`\`\`console\n${lines.filter((line) => line !== '').join('\n')}\n\`\`\``);
  }
  return parts;
}

/** A command and the commands below it; `path` are the words before its name. */
function renderCommand(command, path, level) {
  const aliases = command.aliases().map((alias) => `\`${alias}\``);
  const name = [...path.slice(1), command.name()].join(' ');
  const parts = [
    `${'#'.repeat(level)} \`${name}\``,
    `${sentence(command.description())}${aliases.length > 0 ? ` Also: ${aliases.join(', ')}.` : ''}`,
    `\`\`\`text\n${[...path, command.name()].join(' ')} ${command.usage()}\n\`\`\``,
  ];
  if (command.registeredArguments.length > 0) {
    parts.push(
      table(
        ['Argument', 'Meaning'],
        command.registeredArguments.map((argument) => [
          `\`${argument.name()}${argument.variadic ? '…' : ''}\``,
          cell(argument.description),
        ]),
      ),
    );
  }
  if (command.options.length > 0) {
    parts.push(table(['Option', 'Meaning'], command.options.map(optionRow)));
  }
  const below = command.commands.flatMap((child) =>
    renderCommand(child, [...path, command.name()], level + 1),
  );
  return [...parts, ...renderNotes(afterHelp(command)), ...below];
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}

function render() {
  const program = createProgram({ signal: new AbortController().signal });
  const commands = [...program.commands];
  const overview = table(
    ['Command', 'What it does'],
    commands.map((command) => [
      `[\`${command.name()}\`](#${command.name()})`,
      cell(command.description()),
    ]),
  );
  const parts = [
    INTRODUCTION.trim(),
    overview,
    '## Options of all commands',
    'They may stand before or behind the name of the command.',
    table(['Option', 'Meaning'], program.options.map(optionRow)),
    ...renderNotes(afterHelp(program)),
    ...commands.flatMap((command) => renderCommand(command, [program.name()], 2)),
  ];
  return format(`${parts.join('\n\n')}\n`);
}

/** Lays the text out as the formatter of the repo wants it, so that its check accepts the file. */
function format(text) {
  const bin = join(ROOT, 'node_modules/.bin/oxfmt');
  const result = spawnSync(process.execPath, [bin, `--stdin-filepath=${TARGET}`], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`oxfmt failed: ${result.stderr}`);
  return result.stdout;
}

const name = relative(ROOT, TARGET);
const text = render();
if (process.argv.includes('--check')) {
  let current = '';
  try {
    current = readFileSync(TARGET, 'utf8');
  } catch {
    // Missing is as good as stale.
  }
  if (current !== text) {
    console.error(`${name} is stale: run node scripts/docs-cli.mjs`);
    process.exit(1);
  }
  console.log(`docs: ${name} is what the program says`);
} else {
  writeFileSync(TARGET, text);
  console.log(`docs: wrote ${name}`);
}
