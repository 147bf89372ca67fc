/** Label that is limited to the configured model groups. */
export const MODEL_LABEL = 'model';
/** What a label says instead of a value that is not known or one too many. */
export const OTHER = 'other';

type Level<Cell> = Map<string, Level<Cell> | Cell>;

export interface SeriesMapOptions<Label extends string, Cell> {
  readonly labelNames: readonly Label[];
  readonly createCell: () => Cell;
  readonly maxSeries: number;
  /** Tells whether a value of the label `model` may be shown. */
  readonly isKnownModel: (model: string) => boolean;
}

/** The series of one metric, found by label values through nested maps: no string is built for a look-up. */
export class SeriesMap<Label extends string, Cell> {
  readonly series: { readonly labels: Readonly<Record<string, string>>; readonly cell: Cell }[] = [];
  private readonly root: Level<Cell> = new Map();
  private overflow: Cell | undefined;

  constructor(private readonly options: SeriesMapOptions<Label, Cell>) {}

  /** The cell of these labels; the shared `other` cell once there are `maxSeries`. */
  find(labels: Readonly<Record<Label, string>>): Cell {
    const { labelNames, isKnownModel } = this.options;
    let level: Level<Cell> | Cell | undefined = this.root;
    for (const name of labelNames) {
      let value: string = labels[name];
      if (name === MODEL_LABEL && !isKnownModel(value)) value = OTHER;
      level = (level as Level<Cell>).get(value);
      if (level === undefined) return this.add(labels);
    }
    return labelNames.length === 0 ? this.unlabelled() : (level as Cell);
  }

  private unlabelled(): Cell {
    return this.series[0]?.cell ?? this.register({});
  }

  private add(labels: Readonly<Record<Label, string>>): Cell {
    const { labelNames, isKnownModel, maxSeries } = this.options;
    if (this.series.length >= maxSeries) {
      this.overflow ??= this.register(Object.fromEntries(labelNames.map((name) => [name, OTHER])));
      return this.overflow;
    }
    const shown: Record<string, string> = {};
    for (const name of labelNames) {
      const value = String(labels[name]);
      shown[name] = name === MODEL_LABEL && !isKnownModel(value) ? OTHER : value;
    }
    const cell = this.register(shown);
    const last = labelNames.length - 1;
    let level = this.root;
    labelNames.forEach((name, index) => {
      const value = shown[name]!;
      if (index === last) {
        level.set(value, cell);
        return;
      }
      const next = (level.get(value) as Level<Cell> | undefined) ?? new Map();
      level.set(value, next);
      level = next;
    });
    return cell;
  }

  private register(labels: Readonly<Record<string, string>>): Cell {
    const cell = this.options.createCell();
    this.series.push({ labels, cell });
    return cell;
  }
}
