package irqlab.cpu.linux;

import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.Map;
import java.util.TreeMap;

/** One CPU's column of {@code /proc/interrupts}. Counts are 32 bits and wrap (PRC-024). */
final class CpuCounts {
  /** A count that its owner keeps at hand. */
  static final class Cell {
    private int value;

    void increment() {
      value++;
    }
  }

  /** Rows of the architecture (PRC-011) that this model counts. */
  enum Row {
    NMI,
    LOC,
    SPU,
    PMI,
    IWI,
    RTR,
    RES,
    CAL,
    TLB,
    TRM,
    THR,
    DFR,
    MCE,
    MCP,
    ERR,
    MIS,
    PIN,
    NPI,
    PIW
  }

  private final TreeMap<Integer, Cell> devices = new TreeMap<>();
  private final Cell[] rows = new Cell[Row.values().length];

  CpuCounts() {
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new Cell();
    }
  }

  Cell cell(int irq) {
    return devices.computeIfAbsent(irq, any -> new Cell());
  }

  Cell row(Row row) {
    return rows[row.ordinal()];
  }

  void inspect(Inspector out) {
    for (Map.Entry<Integer, Cell> each : devices.entrySet()) {
      out.value("count.irq." + each.getKey(), each.getValue().value & 0xFFFF_FFFFL);
    }
    for (Row row : Row.values()) {
      out.value("count." + row, rows[row.ordinal()].value & 0xFFFF_FFFFL);
    }
  }

  void save(StateWriter out) {
    out.putInt(devices.size());
    for (Map.Entry<Integer, Cell> each : devices.entrySet()) {
      out.putInt(each.getKey());
      out.putInt(each.getValue().value);
    }
    for (Cell row : rows) {
      out.putInt(row.value);
    }
  }

  void load(StateReader in) {
    devices.values().forEach(cell -> cell.value = 0);
    for (int left = in.count(8); left > 0; left--) {
      cell(in.getInt()).value = in.getInt();
    }
    for (Cell row : rows) {
      row.value = in.getInt();
    }
  }
}
