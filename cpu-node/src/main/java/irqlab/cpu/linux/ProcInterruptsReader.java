package irqlab.cpu.linux;

import irqlab.cpu.linux.ProcTable.Device;
import irqlab.cpu.linux.ProcTable.Trigger;
import irqlab.topology.ProcFormat.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads {@code /proc/interrupts}, or rows of it without the header, of x86 or Arm, old or new
 * format.
 *
 * <p>A row that {@link ProcInterrupts} would not print back as it stood is refused, so what was
 * read is exact. Blanks at the end of the header, empty lines and carriage returns may be missing
 * or there. Chip and flow names are taken to have no blanks.
 */
public final class ProcInterruptsReader {
  private static final int SLOT = 11;

  private final List<ProcTable.Row> rows = new ArrayList<>();
  private List<Integer> cpus;
  private boolean header;
  private int precision;
  private Layout layout;
  private int line;

  private ProcInterruptsReader() {}

  /**
   * Reads a text.
   *
   * @throws ProcFormatException if it has no row, or a line that cannot be one
   */
  public static ProcTable read(String text) {
    String[] lines = text.split("\r?\n", -1);
    ProcInterruptsReader reader = new ProcInterruptsReader();
    reader.measure(lines);
    for (String line : lines) {
      reader.line++;
      if (!line.isBlank()) {
        reader.line(line);
      }
    }
    return reader.table(List.copyOf(reader.rows));
  }

  // The header tells the width of the first column and the CPUs; without it the rows do.
  private void measure(String[] lines) {
    for (int at = 0; at < lines.length; at++) {
      String text = lines[at];
      int colon = text.indexOf(':');
      header = text.stripLeading().startsWith("CPU") && colon < 0;
      if (header || text.substring(0, Math.max(0, colon)).matches(" *\\d+")) {
        line = at + 1;
        precision = header ? text.indexOf("CPU") - 8 : colon;
        cpus =
            header ? cpuNames(text) : IntStream.range(0, slots(text, colon + 1)).boxed().toList();
        if (precision < 3 || precision > 10 || cpus.isEmpty()) {
          throw fault("no columns of an interrupt number and counts");
        }
        line = 0;
        return;
      }
    }
    throw new ProcFormatException(0, "neither a line with CPU names nor a numbered row");
  }

  private List<Integer> cpuNames(String text) {
    List<Integer> found = new ArrayList<>();
    for (String word : text.trim().split(" +")) {
      if (!word.matches("CPU\\d{1,6}")) {
        throw fault("'" + word + "' is no CPU name");
      }
      found.add(Integer.parseInt(word.substring(3)));
    }
    return found;
  }

  private void line(String text) {
    if (header && rows.isEmpty() && text.trim().startsWith("CPU") && text.indexOf(':') < 0) {
      if (!text.stripTrailing().equals(ProcInterrupts.header(precision, cpus).stripTrailing())) {
        throw fault("the CPU names are not in columns of 11");
      }
      return;
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw fault("no colon after an interrupt number or a label");
    }
    String label = text.substring(0, colon).trim();
    ProcTable.Row row =
        label.matches("\\d{1,9}")
            ? device(Integer.parseInt(label), text, colon)
            : label.matches("IPI\\d") ? ipi(label, text, colon) : named(label, text, colon);
    String again = ProcInterrupts.print(table(List.of()), row);
    if (!again.equals(text)) {
      throw fault("a row of this kind would read '" + again + "'");
    }
    rows.add(row);
  }

  // A text without any row that tells the layouts apart reads the same in both.
  private ProcTable table(List<ProcTable.Row> printed) {
    Layout known = layout == null ? Layout.OLD : layout;
    return new ProcTable(known, precision, header, cpus, printed);
  }

  private Device device(int irq, String text, int colon) {
    long[] counts = counts(text, colon + 1, cpus.size());
    int chipAt = skip(text, colon + 1 + SLOT * counts.length);
    int chipEnd = word(text, chipAt);
    String chip = text.substring(chipAt, chipEnd);
    int blanks = chipAt - (colon + 1 + SLOT * counts.length);
    int padding = Math.max(0, 8 - chip.length());
    // Fewer blanks than either layout has: the chip prints its own name, behind a count's blank.
    boolean ownName = blanks == 1 && (padding > 0 || layout == Layout.OLD);
    decide(ownName || blanks == padding + 2);
    int at = skip(text, chipEnd);
    long hwirq = Device.NO_HWIRQ;
    // A number past the width of its column is an action's name that begins with a digit.
    if (at - chipEnd <= precision && digit(text, at)) {
      int end = at;
      while (digit(text, end)) {
        end++;
      }
      hwirq = number(text.substring(at, end));
      at = end;
    } else {
      at = Math.min(text.length(), chipEnd + 1 + precision);
    }
    Trigger trigger = Trigger.NONE;
    for (Trigger word : new Trigger[] {Trigger.LEVEL, Trigger.EDGE}) {
      if (text.startsWith(" " + word.word() + " ", at)) {
        trigger = word;
        at = Math.min(text.length(), at + 9);
      }
    }
    String flow = null;
    if (at < text.length() && text.charAt(at) == '-') {
      int end = word(text, at);
      flow = text.substring(at + 1, end);
      at = Math.min(text.length(), Math.max(end, at + 9));
    }
    String actions = text.substring(at).trim();
    return new Device(
        irq,
        counts,
        chip,
        ownName,
        hwirq,
        trigger,
        flow,
        actions.isEmpty() ? List.of() : List.of(actions.split(", ")));
  }

  private ProcTable.Row named(String label, String text, int colon) {
    int slots = slots(text, colon + 1);
    int end = colon + 1 + SLOT * slots;
    if (slots == 1 && end == text.length()) {
      return new ProcTable.Single(label, counts(text, colon + 1, 1)[0]);
    }
    long[] counts = counts(text, colon + 1, cpus.size());
    int at = skip(text, end);
    decide(at - end == 3);
    return new ProcTable.PerCpu(label, counts, text.substring(at));
  }

  private ProcTable.Row ipi(String label, String text, int colon) {
    // The same columns as elsewhere; where the label is too long its colon takes their blank.
    int from = precision + 1;
    String columns = text.substring(0, colon) + ' ' + text.substring(colon + 1);
    long[] counts = counts(columns, from, cpus.size());
    String words = text.substring(Math.min(text.length(), from + SLOT * counts.length)).trim();
    return new ProcTable.Ipi(label.charAt(3) - '0', counts, words);
  }

  private void decide(boolean old) {
    if (layout == null) {
      layout = old ? Layout.OLD : Layout.NEW;
    }
  }

  // Numbers in columns of 11 from here on, each with at least one blank before it.
  private static int slots(String text, int from) {
    int slots = 0;
    while (from + SLOT * (slots + 1) <= text.length()
        && text.substring(from + SLOT * slots, from + SLOT * (slots + 1)).matches(" +\\d+")) {
      slots++;
    }
    return slots;
  }

  private long[] counts(String text, int from, int expected) {
    long[] counts = new long[expected];
    for (int slot = 0; slot < expected; slot++) {
      int end = from + SLOT * (slot + 1);
      String field = end <= text.length() ? text.substring(end - SLOT, end).trim() : "";
      if (field.isEmpty() || !field.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw fault("count " + (slot + 1) + " of " + expected + " is missing");
      }
      counts[slot] = number(field);
    }
    return counts;
  }

  private long number(String digits) {
    if (digits.length() > 18) {
      throw fault("'" + digits + "' is too large");
    }
    return Long.parseLong(digits);
  }

  private static boolean digit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private int skip(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at >= text.length()) {
      throw fault("the row ends after its counts");
    }
    return at;
  }

  private static int word(String text, int from) {
    int end = text.indexOf(' ', from);
    return end < 0 ? text.length() : end;
  }

  private ProcFormatException fault(String why) {
    return new ProcFormatException(line, why);
  }
}
