package irqlab.cpu.core;

import java.util.Locale;
import java.util.function.IntFunction;

/** The table of {@code irqlab show idt}: a line for each run of vectors with one gate and use. */
public final class IdtText {
  private static final int EXCEPTIONS = 32;

  private static final String[] EXCEPTION_NAMES = {
    "#DE divide error",
    "#DB debug",
    "NMI",
    "#BP breakpoint",
    "#OF overflow",
    "#BR bound range",
    "#UD invalid opcode",
    "#NM no coprocessor",
    "#DF double fault",
    "coprocessor overrun",
    "#TS invalid TSS",
    "#NP segment not present",
    "#SS stack fault",
    "#GP general protection",
    "#PF page fault",
    "reserved",
    "#MF x87 error",
    "#AC alignment check",
    "#MC machine check",
    "#XM SIMD error",
    "#VE virtualization",
    "#CP control protection"
  };

  private IdtText() {}

  /**
   * The table of one CPU, ready to print.
   *
   * @param uses what a vector of 32 and above is for; null or empty when nothing is
   */
  public static String table(int cpu, Idt idt, IntFunction<String> uses) {
    StringBuilder text = new StringBuilder();
    text.append("IDT of CPU ").append(cpu).append('\n');
    text.append(line("vectors", "class", "gate", "P", "use"));
    int first = 0;
    for (int vector = 1; vector <= Idt.VECTORS; vector++) {
      if (vector == Idt.VECTORS || !alike(idt, uses, first, vector)) {
        text.append(row(idt, uses, first, vector - 1));
        first = vector;
      }
    }
    return text.toString();
  }

  // A run stays inside one priority class and one kind of use, so that each line has one class.
  private static boolean alike(Idt idt, IntFunction<String> uses, int first, int vector) {
    return first >>> 4 == vector >>> 4
        && idt.gate(first) == idt.gate(vector)
        && use(uses, first).equals(use(uses, vector));
  }

  private static String row(Idt idt, IntFunction<String> uses, int first, int last) {
    String vectors = hex(first) + (first == last ? "" : "-" + hex(last));
    return line(
        vectors,
        first < 16 ? "-" : Integer.toString(first >>> 4),
        idt.gate(first).text(),
        idt.present(first) ? "1" : "0",
        use(uses, first));
  }

  private static String use(IntFunction<String> uses, int vector) {
    if (vector < EXCEPTION_NAMES.length) {
      return EXCEPTION_NAMES[vector];
    }
    String use = vector < EXCEPTIONS ? "reserved" : uses.apply(vector);
    return use == null || use.isEmpty() ? "-" : use;
  }

  private static String hex(int vector) {
    return String.format(Locale.ROOT, "0x%02x", vector);
  }

  private static String line(String vectors, String rank, String gate, String present, String use) {
    return String.format(Locale.ROOT, "%-10s %5s  %-9s  %s  %s", vectors, rank, gate, present, use)
        + "\n";
  }
}
