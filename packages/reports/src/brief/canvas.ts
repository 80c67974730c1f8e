import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

const require = createRequire(import.meta.url);
const FONTS = {
  regular: require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
  mono: require.resolve('@expo-google-fonts/source-code-pro/400Regular/SourceCodePro_400Regular.ttf'),
} as const;

/** pdfkit writes PDF/UA since 0.15; its type declarations do not list it yet. */
const PDF_UA: string = 'PDF/UA';

/** Print colours: grey-safe, the status colours of the design system's light theme. */
export const PRINT = {
  ink: '#14171C',
  soft: '#4A5361',
  faint: '#8A93A1',
  rule: '#D5DAE1',
  tile: '#F3F5F8',
  allow: '#0B7A75',
  critical: '#8C1031',
  forecast: '#7A3FD1',
  band: '#DDE6F2',
  link: '#0B5CAD',
} as const;

export const PAGE = { width: 595.28, height: 841.89, margin: 48 } as const;
const CONTENT = PAGE.width - 2 * PAGE.margin;
const BOTTOM = PAGE.height - PAGE.margin - 16;
/** Tables, labels and the strip; nothing is smaller. */
const SMALL = 9;
/** What a row takes beside its text: the space below it and its line. */
const ROW_GAP = 7;

const citesText = (ids: readonly string[]): string => ids.map((id) => `[${id}]`).join(' ');

export interface TextStyle {
  readonly size?: number;
  readonly font?: keyof typeof FONTS;
  readonly colour?: string;
  readonly width?: number;
  readonly align?: 'left' | 'right' | 'center';
  readonly link?: string;
}

export interface TableColumn {
  readonly title: string;
  readonly width: number;
  readonly font?: keyof typeof FONTS;
}

/** A cell of a table: words, or ids of evidence that lead to their rows in the appendix. `anchor` names the place for such a link. */
export type CanvasCell =
  | { readonly text: string; readonly anchor?: string | undefined }
  | { readonly cites: readonly string[] };

/** A tagged PDF page that text, tables and figures are put on from top to bottom, in reading order. */
export interface Canvas {
  readonly document: PDFKit.PDFDocument;
  readonly contentWidth: number;
  y: number;
  heading(level: 1 | 2, text: string): void;
  paragraph(text: string, style?: TextStyle): void;
  /** Text at a place of its own; does not move `y`. */
  textAt(x: number, y: number, text: string, style?: TextStyle, tag?: string): void;
  heightOf(text: string, style?: TextStyle): number;
  widthOf(text: string, style?: TextStyle): number;
  figure(alternative: string, draw: () => void): void;
  decoration(draw: () => void): void;
  table(columns: readonly TableColumn[], rows: readonly (readonly CanvasCell[])[]): void;
  /** How much room the table takes where no page ends in it. */
  heightOfTable(columns: readonly TableColumn[], rows: readonly (readonly CanvasCell[])[]): number;
  /** Citations at a place, each a link to its evidence; does not move `y`. */
  cite(x: number, y: number, width: number, ids: readonly string[]): void;

  rule(): void;
  /** Starts a new page unless `height` points are left on this one. */
  need(height: number): void;
  newPage(): void;
  finish(): Promise<Uint8Array>;
}

/** Opens a tagged A4 document (PDF/UA) with fixed dates, so that the same record gives the same bytes. */
export function openCanvas(meta: {
  readonly title: string;
  readonly subject: string;
  readonly at: Date;
  readonly footer: string;
}): Canvas {
  const document = new PDFDocument({
    size: 'A4',
    margin: PAGE.margin,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    subset: PDF_UA as PDFKit.Mixins.PDFSubsets,
    // None at first: pdfkit opens a font anew at every use of a name whose file it already knows by another name.
    font: '',
    bufferPages: true,
    info: {
      Title: meta.title,
      Subject: meta.subject,
      Author: 'AutoOps',
      Creator: 'AutoOps',
      Producer: 'AutoOps',
      CreationDate: meta.at,
      ModDate: meta.at,
    },
  });
  for (const [name, path] of Object.entries(FONTS)) document.registerFont(name, path);
  document.font('regular');
  const root = document.struct('Document');
  document.addStructure(root);
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });

  const write = (x: number, y: number, text: string, style: TextStyle): void => {
    document
      .font(style.font ?? 'regular')
      .fontSize(style.size ?? 10)
      .fillColor(style.colour ?? PRINT.ink);
    document.text(text, x, y, {
      width: style.width ?? CONTENT,
      align: style.align ?? 'left',
      lineGap: (style.size ?? 10) * 0.22,
      ...(style.link === undefined ? {} : { link: style.link }),
    });
  };
  const element = (tag: string, draw: () => void, options: { alt?: string } = {}): void => {
    root.add(document.struct(tag, options, draw));
  };
  /** A link with its own tag and words for those who hear it: `draw` puts it down and tells where it is. */
  const linked = (
    parent: PDFKit.PDFStructureElement,
    words: string,
    draw: () => readonly [number, number, number, number],
    to: { readonly url: string } | { readonly destination: string },
  ): void => {
    const link = document.struct('Link');
    parent.add(link);
    let box: readonly [number, number, number, number] = [0, 0, 0, 0];
    link.add(() => void (box = draw()));
    const options = { structParent: link, Contents: new String(words) } as object;
    if ('url' in to) document.link(...box, to.url, options);
    else document.goTo(...box, to.destination, options);
    link.end();
  };
  const citations = (
    parent: PDFKit.PDFStructureElement,
    left: number,
    top: number,
    width: number,
    ids: readonly string[],
  ): number => {
    let [x, y] = [left, top];
    document.font('regular').fontSize(SMALL);
    const line = document.currentLineHeight(true) * 1.15;
    for (const id of ids) {
      const text = `[${id}]`;
      const length = document.font('regular').fontSize(SMALL).widthOfString(text);
      if (x > left && x + length > left + width) [x, y] = [left, y + line];
      const [atX, atY] = [x, y];
      linked(
        parent,
        `Evidence ${id}`,
        () => {
          write(atX, atY, text, { size: SMALL, colour: PRINT.link, width: length + 4 });
          return [atX, atY, length, line];
        },
        { destination: id },
      );
      x += length + 3;
    }
    return y + line - top;
  };
  const styleOf = (columns: readonly TableColumn[], index: number, header: boolean): TextStyle => ({
    size: SMALL,
    width: (columns[index]?.width ?? 100) - 8,
    font: header ? 'bold' : (columns[index]?.font ?? 'regular'),
    colour: header ? PRINT.soft : PRINT.ink,
  });
  const rowHeight = (columns: readonly TableColumn[], cells: readonly CanvasCell[], header: boolean): number =>
    Math.max(
      ...cells.map((cell, index) =>
        canvas.heightOf('cites' in cell ? citesText(cell.cites) : cell.text, styleOf(columns, index, header)),
      ),
    );
  const decoration = (draw: () => void): void => {
    document.markContent('Artifact', { type: 'Layout' });
    draw();
    document.endMarkedContent();
  };

  const canvas: Canvas = {
    document,
    contentWidth: CONTENT,
    y: PAGE.margin,
    heightOf(text, style = {}) {
      document.font(style.font ?? 'regular').fontSize(style.size ?? 10);
      return document.heightOfString(text, { width: style.width ?? CONTENT, lineGap: (style.size ?? 10) * 0.22 });
    },
    widthOf(text, style = {}) {
      return document
        .font(style.font ?? 'regular')
        .fontSize(style.size ?? 10)
        .widthOfString(text);
    },
    heading(level, text) {
      const size = level === 1 ? 22 : 12;
      const height = canvas.heightOf(text, { size, font: 'bold' });
      canvas.need(height + 60);
      if (level === 2) {
        canvas.y += 10;
        document.outline.addItem(text);
      }
      element(level === 1 ? 'H1' : 'H2', () => write(PAGE.margin, canvas.y, text, { size, font: 'bold' }));
      canvas.y += height + (level === 1 ? 8 : 4);
    },
    paragraph(text, style = {}) {
      const height = canvas.heightOf(text, style);
      canvas.need(height);
      const { link, ...plain } = style;
      const top = canvas.y;
      if (link === undefined) element('P', () => write(PAGE.margin, top, text, plain));
      else
        linked(
          root,
          text,
          () => {
            write(PAGE.margin, top, text, plain);
            return [PAGE.margin, top, Math.min(CONTENT, document.widthOfString(text)), height];
          },
          { url: link },
        );
      canvas.y = top + height + 4;
    },
    textAt(x, y, text, style = {}, tag = 'P') {
      element(tag, () => write(x, y, text, style));
    },
    figure(alternative, draw) {
      element('Figure', draw, { alt: alternative });
    },
    decoration,
    rule() {
      decoration(() =>
        document
          .moveTo(PAGE.margin, canvas.y)
          .lineTo(PAGE.width - PAGE.margin, canvas.y)
          .lineWidth(0.5)
          .strokeColor(PRINT.rule)
          .stroke(),
      );
      canvas.y += 6;
    },
    cite(x, y, width, ids) {
      if (ids.length === 0) return;
      const element = document.struct('P');
      root.add(element);
      citations(element, x, y, width, ids);
      element.end();
    },
    heightOfTable(columns, rows) {
      const titles = columns.map(({ title }): CanvasCell => ({ text: title }));
      return [titles, ...rows].reduce(
        (sum, cells, row) => sum + rowHeight(columns, cells, row === 0) + ROW_GAP,
        ROW_GAP,
      );
    },
    table(columns, rows) {
      const table = document.struct('Table');
      root.add(table);
      const titles = columns.map(({ title }): CanvasCell => ({ text: title }));
      const place = (cells: readonly CanvasCell[], header: boolean): void => {
        const height = rowHeight(columns, cells, header);
        const top = canvas.y;
        const row = document.struct('TR');
        table.add(row);
        let x = PAGE.margin;
        cells.forEach((cell, index) => {
          const left = x;
          const style = styleOf(columns, index, header);
          if ('cites' in cell) {
            const data = document.struct('TD');
            row.add(data);
            citations(data, left, top, style.width ?? 100, cell.cites);
            data.end();
          } else {
            if (cell.anchor !== undefined) document.addNamedDestination(cell.anchor, 'XYZ', left, top, null);
            row.add(document.struct(header ? 'TH' : 'TD', {}, () => write(left, top, cell.text, style)));
          }
          x += columns[index]?.width ?? 100;
        });
        row.end();
        canvas.y = top + height + 3;
        canvas.rule();
        canvas.y -= 2;
      };
      /** The titles again on a page that goes on with the table: seen, and not read out twice. */
      const again = (): void =>
        decoration(() => {
          let x = PAGE.margin;
          columns.forEach(({ title, width }, index) => {
            write(x, canvas.y, title, styleOf(columns, index, true));
            x += width;
          });
        });
      // A table begins on the page where its titles and a first row have room.
      canvas.need(rowHeight(columns, titles, true) + rowHeight(columns, rows[0] ?? titles, false) + 3 * ROW_GAP);
      place(titles, true);
      for (const row of rows) {
        if (canvas.y + rowHeight(columns, row, false) + ROW_GAP > BOTTOM) {
          canvas.newPage();
          again();
          canvas.y += rowHeight(columns, titles, true) + 3;
          canvas.rule();
          canvas.y -= 2;
        }
        place(row, false);
      }
      table.end();
      canvas.y += 6;
    },
    need(height) {
      if (canvas.y + height > BOTTOM) canvas.newPage();
    },
    newPage() {
      document.addPage();
      canvas.y = PAGE.margin;
    },
    async finish() {
      const pages = document.bufferedPageRange();
      for (let index = 0; index < pages.count; index++) {
        document.switchToPage(pages.start + index);
        const bottom = document.page.margins.bottom;
        document.page.margins.bottom = 0;
        decoration(() => {
          write(PAGE.margin, PAGE.height - 34, meta.footer, { size: 9, colour: PRINT.soft });
          write(PAGE.width - PAGE.margin - 60, PAGE.height - 34, `${index + 1} of ${pages.count}`, {
            size: 9,
            colour: PRINT.soft,
            width: 60,
            align: 'right',
          });
        });
        document.page.margins.bottom = bottom;
      }
      root.end();
      document.end();
      await ended;
      return Buffer.concat(chunks);
    },
  };
  return canvas;
}
