package irqlab.cpu.lapic;

import irqlab.protocol.Bits;

/**
 * The registers of a local APIC in the words of {@code info lapic} of QEMU 7.2, byte for byte; in
 * x2APIC mode as later versions print it.
 *
 * <p>Model-specific: APR prints the arbitration id, which is the id.
 */
public final class LapicText {
  private static final String[] MODES = {
    "Fixed", "...", "SMI", "...", "NMI", "INIT", "...", "ExtINT"
  };
  private static final String[] SHORTHANDS = {"no-shorthand", "self", "all-self", "all"};
  private static final int NMI = 4;
  private static final int FLAT = 0xF;

  private LapicText() {}

  /**
   * The text, each line ended, the last one too.
   *
   * @param cpu number of its CPU
   * @param view its registers
   * @param nowPs machine time, for the current count
   */
  public static String of(int cpu, LapicView view, long nowPs) {
    StringBuilder out = new StringBuilder();
    out.append(String.format("dumping local APIC state for CPU %-2d\n\n", cpu));
    entry("LVT0", "lvt.lint0", view, out);
    entry("LVT1", "lvt.lint1", view, out);
    entry("LVTPC", "lvt.performance", view, out);
    entry("LVTERR", "lvt.error", view, out);
    entry("LVTTHMR", "lvt.thermal", view, out);
    entry("LVTT", "lvt.timer", view, out);
    int divide = (int) view.get("timer.divide");
    out.append(
        String.format(
            "Timer\t DCR=0x%x (divide by %d) initial_count = %d current_count = %d\n",
            divide, LvtTimer.divisor(divide), view.get("timer.initial"), view.timerCurrent(nowPs)));
    long svr = view.get("svr");
    out.append(
        String.format(
            "SPIV\t 0x%08x APIC %s, focus=%s, spurious vec %d\n",
            svr,
            Bits.test(svr, 8) ? "enabled" : "disabled",
            Bits.test(svr, 9) ? "on" : "off",
            svr & 0xFF));
    command(view, out);
    out.append(String.format("ESR\t 0x%08x\n", view.get("esr")));
    vectors("ISR", "isr", view, out);
    vectors("IRR", "irr", view, out);
    priorities(view, out);
    return out.toString();
  }

  private static void entry(String label, String name, LapicView view, StringBuilder out) {
    long raw = view.get(name);
    int mode = (int) Bits.get(raw, 10, 8);
    out.append(
        String.format(
            "%s\t 0x%08x %s %-5s %-6s %-7s %-12s %-6s",
            label,
            raw,
            Bits.test(raw, 13) ? "active-lo" : "active-hi",
            Bits.test(raw, 15) ? "level" : "edge",
            Bits.test(raw, 16) ? "masked" : "",
            Bits.test(raw, 12) ? "pending" : "",
            name.equals("lvt.timer") ? timerMode(raw) : "",
            MODES[mode]));
    out.append(mode == NMI ? "\n" : " (vec " + (raw & 0xFF) + ")\n");
  }

  private static String timerMode(long raw) {
    return switch ((int) Bits.get(raw, 18, 17)) {
      case Lvt.ONE_SHOT -> "one-shot";
      case Lvt.TSC_DEADLINE -> "tsc-deadline";
      default -> "periodic";
    };
  }

  private static void command(LapicView view, StringBuilder out) {
    long low = view.get("icr.low");
    long high = view.get("icr.high");
    int shorthand = (int) Bits.get(low, 19, 18);
    boolean logical = Bits.test(low, 11);
    out.append(
        String.format(
            "ICR\t 0x%08x %s %s %s %s\n",
            low,
            logical ? "logical" : "physical",
            Bits.test(low, 15) ? "level" : "edge",
            Bits.test(low, 14) ? "assert" : "de-assert",
            SHORTHANDS[shorthand]));
    out.append(String.format("ICR2\t 0x%08x", high));
    if (shorthand == Icr.TO_DESTINATION) {
      destination(view, high, logical, out);
    }
    out.append('\n');
  }

  private static void destination(LapicView view, long high, boolean logical, StringBuilder out) {
    boolean x2Apic = Bits.test(view.get("base"), 10);
    long field = x2Apic ? high : high >>> 24;
    String kind = x2Apic ? "X2APIC ID" : "APIC ID";
    boolean cluster = Bits.get(view.get("dfr"), 31, 28) != FLAT;
    if (!logical) {
      out.append(String.format(" cpu %d (%s)", field, kind));
    } else if (x2Apic) {
      out.append(String.format(" cluster %d mask %s (%s)", field >>> 16, mask(field, 16), kind));
    } else if (cluster) {
      out.append(String.format(" cluster %d mask %s (%s)", field >>> 4, mask(field, 4), kind));
    } else {
      out.append(String.format(" mask %s (%s)", mask(field, 8), kind));
    }
  }

  private static String mask(long value, int bits) {
    StringBuilder text = new StringBuilder();
    for (int bit = bits - 1; bit >= 0; bit--) {
      text.append(value >>> bit & 1);
    }
    return text.toString();
  }

  private static void vectors(String label, String name, LapicView view, StringBuilder out) {
    out.append(label).append("\t ");
    boolean none = true;
    for (int vector = 0; vector < 256; vector++) {
      if (view.test(name, vector)) {
        out.append(vector).append(view.test("tmr", vector) ? "(level) " : " ");
        none = false;
      }
    }
    out.append(none ? "(none)\n" : "\n");
  }

  private static void priorities(LapicView view, StringBuilder out) {
    boolean x2Apic = Bits.test(view.get("base"), 10);
    long ldr = x2Apic ? view.get("ldr") : view.get("ldr") >>> 24;
    long dfr = Bits.get(view.get("dfr"), 31, 28);
    out.append(
        String.format(
            "\nAPR 0x%02x TPR 0x%02x DFR 0x%02x LDR 0x%02x",
            view.get("id"), view.get("tpr"), dfr, ldr));
    if (dfr == 0) {
      out.append(String.format("(cluster %d: id %d)", ldr >>> 4, ldr & 0xF));
    }
    out.append(String.format(" PPR 0x%02x\n", view.get("ppr")));
  }
}
