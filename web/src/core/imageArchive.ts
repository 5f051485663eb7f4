/** Files that were chosen or dropped, packed as one zip archive: what the server reads. Nothing is compressed. */

/** A file and its path below what was chosen. */
export interface ChosenFile {
  readonly path: string;
  readonly file: File;
}

export interface Archive {
  readonly name: string;
  readonly content: Blob;
}

const MAX_BYTES = 128 * 2 ** 20;
const MAX_FILES = 60_000;

/** One archive of what was chosen: itself where it is one, else all files packed with their paths. */
export async function archiveOf(chosen: readonly ChosenFile[]): Promise<Archive> {
  const files = chosen.filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')));
  const [first] = files;
  if (first === undefined) throw new Error('There are no files in it.');
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  if (size > MAX_BYTES)
    throw new Error('Images may have at most 128 MB together. Make them smaller, or take fewer.');
  if (files.length > MAX_FILES) throw new Error('There may be at most 60,000 files. Take fewer images.');
  if (files.length === 1 && /\.zip$/i.test(first.path)) return { name: first.file.name, content: first.file };
  const folder = first.path.includes('/') ? (first.path.split('/')[0] ?? '') : '';
  return { name: folder || first.file.name, content: await packed(files) };
}

/** A zip archive (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16) of files as they are. */
export async function packed(files: readonly ChosenFile[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  const list: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { path, file } of files) {
    const name = new TextEncoder().encode(path);
    const sum = crc32(new Uint8Array(await file.arrayBuffer()));
    // Version 2.0, names in UTF-8, stored, no date.
    const common = [
      u16(20),
      u16(0x0800),
      u16(0),
      u16(0),
      u16(0x21),
      u32(sum),
      u32(file.size),
      u32(file.size),
    ];
    const head = joined([u32(0x04034b50), ...common, u16(name.length), u16(0), name]);
    parts.push(head, file);
    list.push(
      joined([u32(0x02014b50), u16(20), ...common, u16(name.length)]),
      joined([u16(0), u16(0), u16(0), u16(0), u32(0), u32(offset), name]),
    );
    offset += head.length + file.size;
  }
  const directory = joined(list);
  const count = u16(Math.min(files.length, 0xffff));
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(directory.length), u32(offset), u16(0)];
  return new Blob([...parts, directory, joined(end)], { type: 'application/zip' });
}

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum of zip archives. */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
}

/** The files of an input; a chosen folder gives their paths. */
export function chosenFiles(list: FileList): ChosenFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files of a drop, folders looked through. */
export async function droppedFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  // All entries first: the browser forgets them as soon as this handler waits.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const plain = chosenFiles(transfer.files);
  const found: ChosenFile[] = [];
  for (const entry of entries) await walk(entry, '', found);
  return found.length > 0 ? found : plain;
}

async function walk(entry: FileSystemEntry, above: string, found: ChosenFile[]): Promise<void> {
  const path = above + entry.name;
  if (found.length > MAX_FILES) return;
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path, file });
  } else if (entry instanceof FileSystemDirectoryEntry) {
    const reader = entry.createReader();
    for (;;) {
      // A reader gives a hundred at a time.
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (some.length === 0) break;
      for (const inner of some) await walk(inner, `${path}/`, found);
    }
  }
}
