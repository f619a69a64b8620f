package irqlab.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One recorded script.
 *
 * @param file name of its file
 * @param line from 1
 * @param id unique name
 * @param area what it is about, such as {@code lapic_core}
 * @param consensus true when two independent emulators agree on everything
 * @param source the emulator the expectations come from
 * @param agreeing those with the same result, as one text
 * @param disagreement first differences of the others
 * @param machine CPUs, pins, versions
 * @param steps operations, each with what was expected after it
 * @param last the state after the last step
 */
record ApicVector(
    String file,
    int line,
    String id,
    String area,
    boolean consensus,
    String source,
    String agreeing,
    JsonNode disagreement,
    JsonNode machine,
    JsonNode steps,
    JsonNode last) {
  /** Errors: {@link MalformedVectorException} when a field is not there or of another kind. */
  static ApicVector of(String file, int line, JsonNode node) {
    if (!node.isObject()) {
      throw new MalformedVectorException("is not an object");
    }
    String id = text(node, "id");
    JsonNode steps = field(node, "steps");
    if (!steps.isArray() || steps.isEmpty()) {
      throw new MalformedVectorException("id=" + id + ": steps is not a list of operations");
    }
    for (JsonNode step : steps) {
      text(step, "op");
      if (!field(step, "expect").isObject()) {
        throw new MalformedVectorException("id=" + id + ": expect is not an object");
      }
    }
    JsonNode machine = field(node, "machine");
    number(machine, "cpus", 1, 255);
    JsonNode last = object(node, "final");
    return new ApicVector(
        file,
        line,
        id,
        text(node, "area"),
        node.path("consensus").asBoolean(false),
        node.path("source").asText(""),
        node.path("agreeing").toString(),
        node.path("disagreement"),
        machine,
        steps,
        last);
  }

  /** True when it needs VT-d interrupt remapping. */
  boolean needsRemapping() {
    return machine.path("intremap").asBoolean(false);
  }

  /** True when a step drives or writes the IO-APIC. */
  boolean usesIoApic() {
    for (JsonNode step : steps) {
      if (step.get("op").asText().startsWith("ioapic_")) {
        return true;
      }
    }
    return false;
  }

  /** A field that must be there. */
  static JsonNode field(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new MalformedVectorException("has no " + name);
    }
    return value;
  }

  /** An object that must be there. */
  static JsonNode object(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isObject()) {
      throw new MalformedVectorException(name + " is not an object");
    }
    return value;
  }

  /** A text that must be there. */
  static String text(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.isTextual()) {
      throw new MalformedVectorException(name + "=" + value + " is not a text");
    }
    return value.asText();
  }

  /** A whole number in a range, written as a number or as 0x text. */
  static int number(JsonNode node, String name, int low, int high) {
    long value = word(node, name);
    if (value < low || value > high) {
      throw new MalformedVectorException(
          name + "=" + value + " is not a whole number from " + low + " to " + high);
    }
    return (int) value;
  }

  /** 64 bits, written as a number or as 0x text. */
  static long word(JsonNode node, String name) {
    return word(name, field(node, name));
  }

  /** As the other, of a value that was found already. */
  static long word(String name, JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.asLong();
    }
    if (value.isTextual()) {
      try {
        return hex(value.asText());
      } catch (NumberFormatException e) {
        throw new MalformedVectorException(name + "=" + value + " is not a number", e);
      }
    }
    throw new MalformedVectorException(name + "=" + value + " is not a number");
  }

  /** The value of a 0x text, or of a decimal one. Errors: {@link NumberFormatException}. */
  static long hex(String text) {
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseLong(text);
  }
}
