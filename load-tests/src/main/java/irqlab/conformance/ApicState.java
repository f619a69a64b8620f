package irqlab.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import irqlab.protocol.ApicMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a recording says the machine looks like now. Recordings list changes only, so what is not
 * listed is as it was, from the starting state on.
 */
final class ApicState {
  private static final long RTE_RESET = 0x10000;
  private static final List<String> LISTS = List.of("irr", "isr", "tmr");

  /** Names in recordings and in {@link Registers}, where they differ. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("icr_low", "icr.low"),
          Map.entry("icr_high", "icr.high"),
          Map.entry("lvt_timer", "lvt.timer"),
          Map.entry("lvt_thermal", "lvt.thermal"),
          Map.entry("lvt_perf", "lvt.performance"),
          Map.entry("lvt_lint0", "lvt.lint0"),
          Map.entry("lvt_lint1", "lvt.lint1"),
          Map.entry("lvt_error", "lvt.error"),
          Map.entry("lvt_cmci", "lvt.cmci"));

  private final List<Map<String, String>> cpus = new ArrayList<>();
  private final TreeMap<Integer, Long> entries = new TreeMap<>();
  private Map<String, String> pic = Map.of();
  private final int pins;
  private final boolean comparesEntries;
  private final boolean comparesPic;

  /** The starting state, of the registers that this vector speaks of. */
  ApicState(ApicVector vector) {
    TreeSet<String> names = new TreeSet<>();
    collect(vector.last(), names);
    for (JsonNode step : vector.steps()) {
      collect(step.get("expect"), names);
    }
    pins = ApicVector.number(vector.machine(), "ioapic_pins", 1, 240);
    int count = vector.machine().get("cpus").asInt();
    for (int cpu = 0; cpu < count; cpu++) {
      Map<String, String> state = new TreeMap<>();
      for (String name : names) {
        String value = atStart(name, cpu);
        if (value != null) {
          state.put(name, value);
        }
      }
      cpus.add(state);
    }
    comparesEntries = vector.last().has("rte");
    comparesPic = vector.last().has("pic");
    if (comparesPic) {
      pic = chips(null);
    }
  }

  private static void collect(JsonNode expect, TreeSet<String> names) {
    for (JsonNode cpu : expect.path("cpu")) {
      cpu.fieldNames().forEachRemaining(names::add);
    }
    names.remove("responding");
  }

  private static String atStart(String name, int cpu) {
    return switch (name) {
      case "irr", "isr", "tmr" -> "[]";
      case "tpr", "ppr" -> "0";
      case "svr" -> "0x10f";
      case "esr", "icr_high" -> "0x0";
      case "icr_low" -> "0x440f0";
      case "dfr" -> "0xffffffff";
      case "ldr" -> "0x" + Long.toHexString(cpu < 8 ? 1L << (24 + cpu) : 0);
      case "id", "base_mode" -> null; // not every recording lists the step that changes them
      default -> "0x10000";
    };
  }

  /** Takes over what a step expects. */
  void expect(JsonNode expect) {
    for (String part : List.of("cpu", "rte", "pic")) {
      if (expect.has(part)) {
        ApicVector.object(expect, part);
      }
    }
    for (Map.Entry<String, JsonNode> each : expect.path("cpu").properties()) {
      int cpu = index(each.getKey(), cpus.size());
      ApicVector.object(expect.path("cpu"), each.getKey());
      Map<String, String> state = new TreeMap<>();
      each.getValue().properties().forEach(f -> state.put(f.getKey(), text(f.getValue())));
      cpus.set(cpu, state);
    }
    for (Map.Entry<String, JsonNode> each : expect.path("rte").properties()) {
      entries.put(index(each.getKey(), pins), number(each.getValue()));
    }
    if (expect.has("pic")) {
      pic = chips(expect.get("pic"));
    }
  }

  /** Takes over the final state: entries that it leaves out are as after reset. */
  void expectLast(JsonNode last) {
    if (comparesEntries) {
      entries.replaceAll((pin, old) -> RTE_RESET);
    }
    expect(last);
  }

  private static int index(String text, int count) {
    try {
      int value = Integer.parseInt(text);
      if (value >= 0 && value < count) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new MalformedVectorException(text + " is not a number", e);
    }
    throw new MalformedVectorException(text + " is not one of " + count);
  }

  private static long number(JsonNode node) {
    try {
      return ApicVector.hex(node.asText());
    } catch (NumberFormatException e) {
      throw new MalformedVectorException(node + " is not a number", e);
    }
  }

  private static Map<String, String> chips(JsonNode node) {
    Map<String, String> state = new TreeMap<>();
    for (String chip : List.of("master", "slave")) {
      for (String register : List.of("irr", "isr", "imr")) {
        String atStart = register.equals("imr") ? "0xff" : "0x0";
        JsonNode value = node == null ? null : node.path(chip).get(register);
        state.put(chip + "." + register, value == null ? atStart : hex(number(value)));
      }
    }
    return state;
  }

  /** Every difference between what is expected now and the machine. */
  void compare(ApicMachine machine, int step, String op, List<Difference> out) {
    for (int cpu = 0; cpu < cpus.size(); cpu++) {
      compareCpu(machine, cpu, step, op, out);
    }
    if (comparesEntries) {
      Registers chip = machine.ioApic();
      entries.forEach(
          (pin, raw) -> compare(step, op, "rte." + pin, hex(raw), hex(chip.get(rte(pin))), out));
      for (int pin = 0; pin < chip.get("pins"); pin++) {
        if (!entries.containsKey(pin)) {
          compare(step, op, "rte." + pin, hex(RTE_RESET), hex(chip.get(rte(pin))), out);
        }
      }
    }
    if (comparesPic) {
      Registers chips = machine.pic();
      pic.forEach((name, value) -> compare(step, op, name, value, hex(chips.get(name)), out));
    }
  }

  private static String rte(int pin) {
    return "rte[" + pin + "]";
  }

  private static void compare(
      int step, String op, String name, String expected, String actual, List<Difference> out) {
    if (!same(expected, actual)) {
      out.add(new Difference(step, op, -1, name, expected, actual));
    }
  }

  private void compareCpu(ApicMachine machine, int cpu, int step, String op, List<Difference> out) {
    Map<String, String> state = cpus.get(cpu);
    boolean responding = machine.core(cpu).responding();
    if (state.containsKey("responding") || !responding) {
      String expected = state.getOrDefault("responding", "true");
      if (!expected.equals(Boolean.toString(responding))) {
        out.add(new Difference(step, op, cpu, "responding", expected, "" + responding));
      }
      return;
    }
    Registers lapic = machine.lapic(cpu);
    if (state.isEmpty()) {
      if (ApicMachine.mode(lapic) != ApicMode.DISABLED) {
        out.add(new Difference(step, op, cpu, "mode", "disabled", "enabled"));
      }
      return;
    }
    state.forEach(
        (name, expected) -> {
          String actual = actual(lapic, name);
          if (!same(expected, actual)) {
            out.add(new Difference(step, op, cpu, name, expected, actual));
          }
        });
  }

  private static String actual(Registers lapic, String name) {
    if (LISTS.contains(name)) {
      return lapic.list(name);
    }
    if (name.equals("tpr") || name.equals("ppr")) {
      return Long.toString(lapic.get(name));
    }
    if (name.equals("base_mode")) {
      return switch (ApicMachine.mode(lapic)) {
        case DISABLED -> "disabled";
        case XAPIC -> "xapic";
        case X2APIC -> "x2apic";
      };
    }
    String register = NAMES.getOrDefault(name, name);
    if (!lapic.has(register)) {
      throw new MalformedVectorException("register=" + name + " is not known");
    }
    return hex(lapic.get(register));
  }

  /** True when two values are the same text or the same number, decimal or hexadecimal. */
  static boolean same(String expected, String actual) {
    if (expected.equals(actual)) {
      return true;
    }
    try {
      return ApicVector.hex(expected) == ApicVector.hex(actual);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** A value in the form in which values are compared. */
  static String text(JsonNode node) {
    if (node.isArray()) {
      List<String> parts = new ArrayList<>();
      node.forEach(part -> parts.add(part.asText()));
      return parts.toString();
    }
    String text = node.asText();
    return text.startsWith("0x") ? hex(number(node)) : text;
  }

  static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
