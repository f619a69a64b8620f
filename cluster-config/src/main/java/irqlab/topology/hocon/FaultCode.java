package irqlab.topology.hocon;

/** What can be wrong with a scenario. Codes are stable: a code keeps its meaning for ever. */
public enum FaultCode {
  E01("cannot be read", "The file is missing, is a folder, or may not be read."),
  E02(
      "no scenario text",
      "The file is empty, binary, larger than 1 MiB, nested deeper than 64 levels, or its"
          + " substitutions grow without bound. It is refused before it is parsed."),
  E03("unknown setting", "A key that nothing reads. Most often a typing error."),
  E04("broken syntax", "The text is not HOCON: a brace, quote or separator is missing."),
  E05("missing setting", "A key without a default was not given."),
  E06(
      "include refused",
      "A file may include files beside or below itself, at most 8 deep and never itself."),
  E07("wrong kind of value", "Text where a number belongs, a time without unit, and the like."),
  E08("out of range", "The value is of the right kind, but too small or too large."),
  E09("refers to nothing", "A name, an index or a substitution that points at nothing."),
  E10("unknown format", "irqlab.format has a number that this version does not know."),
  E11("name used twice", "Two things of one kind have the same name."),
  E12(
      "vectors do not fit",
      "More interrupts are asked for than the function's table, or the CPUs, can hold."),
  E13("not understood", "A short text, such as a law of arrivals or a check, could not be read."),
  E14("two loads, one source", "A source has one clock, so it takes one law of arrivals."),
  E20("two functions, one address", "Each PCIe function needs a bus:device.function of its own."),
  E21(
      "two sources, one pin",
      "A pin of an IO-APIC can be shared only by level sources: an edge would be lost while"
          + " another device holds the line."),
  E22("no such pin", "No IO-APIC of this machine has that pin."),
  E23("two interrupts, one number", "Each interrupt needs an irq number of its own."),
  E24(
      "number is taken",
      "Linux keeps the numbers below the first free one for pins; MSI interrupts come after them."),
  E31("CPU does not exist", "A list of CPUs names one that the machine does not have."),
  E32("node does not exist", "A share of the placement names a node that there is not."),
  E40(
      "x2APIC needed",
      "An 8-bit APIC id reaches 254; 255 is the broadcast. More CPUs need lapic.mode = x2apic.");

  private final String title;
  private final String explanation;

  FaultCode(String title, String explanation) {
    this.title = title;
    this.explanation = explanation;
  }

  /** A few words for the first line of a fault. */
  public String title() {
    return title;
  }

  /** A sentence or two for {@code irqlab explain}. */
  public String explanation() {
    return explanation;
  }
}
