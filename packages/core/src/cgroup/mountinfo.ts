/** One mount of the process's mount namespace. */
export interface Mount {
  /** `major:minor` of the file system; the same for all mounts of one device. */
  readonly device: string;
  /** The part of the file system that is mounted; `/` is all of it. */
  readonly root: string;
  readonly mountPoint: string;
  readonly fsType: string;
  readonly source: string;
  readonly superOptions: readonly string[];
}

// Positions in a line: proc_pid_mountinfo(5). A list of optional fields, ended by `-`, follows the sixth.
const DEVICE = 2;
const ROOT = 3;
const MOUNT_POINT = 4;
const OPTIONAL_FIELDS = 6;

/** The mounts of `/proc/<pid>/mountinfo`, in the kernel's order. Lines that are none are left out. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(' ');
    const separator = fields.indexOf('-', OPTIONAL_FIELDS);
    if (separator === -1) continue;
    const [fsType = '', source = '', superOptions = ''] = fields.slice(separator + 1);
    mounts.push({
      device: fields[DEVICE] ?? '',
      root: decodeOctal(fields[ROOT] ?? ''),
      mountPoint: decodeOctal(fields[MOUNT_POINT] ?? ''),
      fsType: decodeOctal(fsType),
      source: decodeOctal(source),
      superOptions: superOptions.split(','),
    });
  }
  return mounts;
}

// The kernel writes space, tab, newline, backslash and `#` as octal escapes.
function decodeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
