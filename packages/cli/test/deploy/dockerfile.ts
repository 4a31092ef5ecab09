/** One instruction of a Dockerfile: `USER` and `65532:65532`. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** One stage of a Dockerfile, from its FROM on. */
export interface DockerStage {
  readonly image: string;
  readonly as: string | undefined;
  readonly instructions: readonly Instruction[];
}

const KNOWN = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

/** Reads a Dockerfile, as far as ours go. @throws {Error} for what is no instruction */
export function stagesOf(text: string): DockerStage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Array<DockerStage & { readonly instructions: Instruction[] }> = [];
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (!KNOWN.has(name)) throw new Error(`is no instruction: ${line}`);
    if (name === 'FROM') {
      const [, image = '', as] = /^(\S+)(?: AS (\S+))?$/.exec(value) ?? [];
      stages.push({ image, as, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`comes before FROM: ${line}`);
      stage.instructions.push({ name, value });
    }
  }
  return stages;
}
