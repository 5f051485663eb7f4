import { describe, expect, it } from 'vitest';

import { archiveOf, type ChosenFile, crc32, packed } from './imageArchive';

const file = (path: string, text: string): ChosenFile => ({
  path,
  file: new File([text], path.split('/').at(-1) ?? path),
});

describe('an archive of chosen files', () => {
  it('has the checksum that zip archives have', () => {
    // The check value of CRC-32.
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('holds every file with its path, where its list says', async () => {
    const files = [file('pets/cats/1.png', 'cat'), file('pets/dögs/2.png', 'a dog')];
    const bytes = new Uint8Array(await (await packed(files)).arrayBuffer());
    const view = new DataView(bytes.buffer);
    const end = bytes.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint16(end + 10, true)).toBe(2);
    let at = view.getUint32(end + 16, true);
    for (const { path, file: chosen } of files) {
      expect(view.getUint32(at, true)).toBe(0x02014b50);
      const [size, length, start] = [
        view.getUint32(at + 24, true),
        view.getUint16(at + 28, true),
        view.getUint32(at + 42, true),
      ];
      expect(new TextDecoder().decode(bytes.slice(at + 46, at + 46 + length))).toBe(path);
      expect(view.getUint32(start, true)).toBe(0x04034b50);
      const content = bytes.slice(start + 30 + length, start + 30 + length + size);
      expect(new TextDecoder().decode(content)).toBe(await chosen.text());
      at += 46 + length;
    }
    expect(at).toBe(end);
  });

  it('is the chosen archive itself', async () => {
    const zip = file('pets.zip', 'PK');
    expect(await archiveOf([zip])).toEqual({ name: 'pets.zip', content: zip.file });
  });

  it('is called by its folder, and leaves out what is hidden', async () => {
    const archive = await archiveOf([file('pets/.DS_Store', 'x'), file('pets/cats/1.png', 'cat')]);
    expect(archive.name).toBe('pets');
    expect(await archive.content.text()).not.toContain('DS_Store');
  });

  it('is refused where there is nothing', async () => {
    await expect(archiveOf([])).rejects.toThrow('There are no files in it.');
  });
});
