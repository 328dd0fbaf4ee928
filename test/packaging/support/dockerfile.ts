/** One instruction, its continuation lines joined: `COPY --from=build /a ./` → keyword, flags, rest. */
interface Instruction {
  keyword: string;
  flags: Record<string, string>;
  rest: string;
}

/** What follows one FROM. */
export interface Stage {
  name: string;
  image: string;
  instructions: Instruction[];
}

/** Reads a Dockerfile into its stages; knows the forms that ours uses, and refuses others. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  const stages: Stage[] = [];
  for (const line of lines.split('\n').filter((each) => each.trim())) {
    const instruction = parseInstruction(line.trim());
    if (instruction.keyword === 'FROM') {
      const [image = '', , name = 'final'] = instruction.rest.split(/\s+/);
      stages.push({ name, image, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`nothing may come before FROM: ${line}`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

function parseInstruction(line: string): Instruction {
  const [, keyword = '', after = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
  if (!keyword) throw new Error(`no instruction: ${line}`);
  const [given = ''] = /^(--[a-z-]+=\S+\s+)*/.exec(after) ?? [];
  const flags = Object.fromEntries(
    given
      .split(/\s+/)
      .filter(Boolean)
      .map((flag) => flag.slice(2).split('=')),
  ) as Record<string, string>;
  return { keyword, flags, rest: after.slice(given.length).trim() };
}

/** The instruction of this keyword that counts: the stage's last. */
export function lastOf({ instructions }: Stage, keyword: string): Instruction | undefined {
  return instructions.findLast((instruction) => instruction.keyword === keyword);
}

/** The words of a command in its JSON form; the shell's form is refused, since a shell swallows signals. */
export function commandOf(instruction: Instruction | undefined): string[] {
  return JSON.parse(instruction?.rest.replace(/^CMD\s+/, '') ?? '[]') as string[];
}

/** What a stage's ENV sets. */
export function environmentOf({ instructions }: Stage): Record<string, string> {
  const pairs = instructions
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ rest }) => rest.split(/\s+/).map((pair) => pair.split('=')));
  return Object.fromEntries(pairs) as Record<string, string>;
}
