package irqlab.scenario;

import irqlab.cpu.linux.ProcFormatException;
import irqlab.cpu.linux.ProcInterruptsReader;
import irqlab.cpu.linux.ProcTable;
import irqlab.topology.hocon.Fault;
import irqlab.topology.hocon.FaultCode;
import irqlab.topology.hocon.Faults;
import irqlab.topology.hocon.Spot;
import irqlab.topology.hocon.TopologyException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Makes the text of a scenario from {@code /proc/interrupts} of a machine.
 *
 * <p>What the listing says is taken over: CPUs, irq numbers, chips, hwirqs, names, the CPU that
 * serves each irq, the shares of the counts. The rest is a default marked {@code # guess}. PCIe
 * functions are found in the hwirq (PRC-008) or in the name of the chip (PRC-009).
 *
 * <p>Not modelled: the 8259A pair as the only controller, interrupt remapping, GIC and ITS. Their
 * interrupts become generic sources with the chip and hwirq of the listing, and the summary says
 * so.
 */
public final class Importer {
  /** 1 024 CPUs and 2 000 interrupts are 22 MB. */
  private static final int SIZE_MAX = 64 << 20;

  private Importer() {}

  /**
   * A scenario made from a listing.
   *
   * @param scenario HOCON that {@link ScenarioReader} reads without a fault
   * @param summary lines for the person who asked: what was found, what was guessed, what is
   *     missing
   */
  public record Import(String scenario, List<String> summary) {
    /** Copies the lines. */
    public Import {
      summary = List.copyOf(summary);
    }
  }

  /**
   * Reads a listing from a file, or from the input when the name is {@code -}.
   *
   * @param what as people named it
   * @param input read when it is {@code -}
   * @param name of the new scenario
   * @throws TopologyException when it cannot be read or is no listing
   */
  public static Import read(String what, InputStream input, String name) {
    Faults faults = new Faults(what);
    byte[] bytes = {};
    try (InputStream in = what.equals("-") ? input : Files.newInputStream(Path.of(what))) {
      bytes = in.readNBytes(SIZE_MAX + 1);
    } catch (IOException | RuntimeException unreadable) {
      String mend = "on the machine itself it is   /proc/interrupts";
      faults.addOfFile(FaultCode.E01, what, "it is missing or may not be read", mend);
    }
    if (bytes.length > SIZE_MAX) {
      faults.addOfFile(FaultCode.E02, what, "it is larger than 64 MiB", "name a listing");
    }
    faults.throwIfAny();
    return parse(what, new String(bytes, StandardCharsets.UTF_8), name);
  }

  /**
   * Takes a listing that was read already.
   *
   * @param what where it came from, for messages
   * @param listing x86 or arm64, up to 6.12 or later
   * @param name of the new scenario
   * @throws TopologyException when it is no listing
   */
  public static Import parse(String what, String listing, String name) {
    try {
      ProcTable table = ProcInterruptsReader.read(listing);
      ImportedMachine machine = new ImportedMachine(table);
      return new Import(new ImportWriter(machine, name).text(), machine.summary());
    } catch (ProcFormatException broken) {
      List<String> lines = listing.lines().limit(Math.max(1, broken.line())).toList();
      boolean shown = broken.line() >= 1 && broken.line() <= lines.size();
      String text = shown ? lines.get(broken.line() - 1) : "";
      Faults faults = new Faults(what);
      faults.add(
          new Fault(
              FaultCode.E13,
              new Spot(what, broken.line(), text),
              "",
              text.isBlank() ? 0 : 1,
              broken.getMessage().replaceFirst("^line \\d+: ", ""),
              "",
              "",
              "copy the whole listing, blanks too:   cat /proc/interrupts > listing.txt"));
      faults.throwIfAny();
      throw new IllegalStateException("a fault was added, none was thrown", broken);
    }
  }

  /** A count for people: {@code 22.4 M}. */
  static String count(long count) {
    for (Map.Entry<String, Long> unit :
        List.of(
            Map.entry("G", 1_000_000_000L), Map.entry("M", 1_000_000L), Map.entry("k", 1_000L))) {
      if (count >= unit.getValue()) {
        long tenths = count / (unit.getValue() / 10);
        return tenths / 10 + "." + tenths % 10 + " " + unit.getKey();
      }
    }
    return Long.toString(count);
  }
}
