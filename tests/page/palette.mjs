// Writes a picture with a palette of at most 256 colours: a third of the size, and hardly a difference on a page of text.
import { deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** The parts of a PNG file, each with its type and its content. */
function* parts(png) {
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString("latin1", at + 4, at + 8), content: png.subarray(at + 8, at + 8 + length) };
    at += length + 12;
  }
}

function checksum(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

function part(type, content) {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(checksum(named));
  return Buffer.concat([length, named, sum]);
}

/** The colours of a picture of 8 bits a channel, as numbers, row by row. */
function pixels(data, width, height, channels) {
  const stride = width * channels;
  const lines = Buffer.alloc(height * stride);
  for (let row = 0; row < height; row += 1) {
    const filter = data[row * (stride + 1)];
    for (let column = 0; column < stride; column += 1) {
      const left = column < channels ? 0 : lines[row * stride + column - channels];
      const up = row === 0 ? 0 : lines[(row - 1) * stride + column];
      const corner = row === 0 || column < channels ? 0 : lines[(row - 1) * stride + column - channels];
      const guess = left + up - corner;
      const [far, farther, farthest] = [left, up, corner].map((value) => Math.abs(guess - value));
      const paeth = far <= farther && far <= farthest ? left : farther <= farthest ? up : corner;
      const predicted = [0, left, up, (left + up) >> 1, paeth][filter];
      lines[row * stride + column] = data[row * (stride + 1) + 1 + column] + predicted;
    }
  }
  return Array.from({ length: width * height }, (_, pixel) => lines.readUIntBE(pixel * channels, 3));
}

/** At most 256 colours, and the place of each colour of the picture among them. */
function palette(colours) {
  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const chosen = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 256).map(([colour]) => colour);
  const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distance = (one, other) => channels(one).reduce((sum, value, index) => sum + (value - channels(other)[index]) ** 2, 0);
  const places = new Map(chosen.map((colour, place) => [colour, place]));
  for (const colour of counts.keys()) {
    if (places.has(colour)) continue;
    const nearest = chosen.reduce((best, other) => (distance(colour, other) < distance(colour, best) ? other : best));
    places.set(colour, places.get(nearest));
  }
  return { chosen, places };
}

/** The same picture with a palette. */
export function withPalette(png) {
  const all = [...parts(png)];
  const header = Buffer.from(all.find(({ type }) => type === "IHDR").content);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const data = inflateSync(Buffer.concat(all.filter(({ type }) => type === "IDAT").map(({ content }) => content)));
  const colours = pixels(data, width, height, header[9] === 6 ? 4 : 3);
  const { chosen, places } = palette(colours);
  const lines = Buffer.alloc(height * (width + 1));
  colours.forEach((colour, pixel) => {
    lines[Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width)] = places.get(colour);
  });
  header[9] = 3;
  const entries = Buffer.from(chosen.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const written = [part("IHDR", header), part("PLTE", entries), part("IDAT", deflateSync(lines, { level: 9 })), part("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...written]);
}
