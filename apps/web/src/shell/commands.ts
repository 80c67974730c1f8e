export interface Command {
  readonly group: string;
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
}

/** Commands that hold every word of `text` in any order; those that start with it come first. */
export function matchCommands(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return commands;
  const first = words[0] ?? '';
  return commands
    .filter((command) => words.every((word) => `${command.group} ${command.label}`.toLowerCase().includes(word)))
    .toSorted(
      (a, b) => Number(b.label.toLowerCase().startsWith(first)) - Number(a.label.toLowerCase().startsWith(first)),
    );
}
