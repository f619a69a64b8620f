package irqlab.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/** Where a recording of the 8259A pair is not what its data sheet says. */
final class PicRecording {
  private static final int CASCADE = 1 << 2;
  private static final int AUTOMATIC_EOI = 1 << 1;

  private PicRecording() {}

  /** True for recordings of the pair on which the emulators do not agree. */
  static boolean applies(ApicVector vector) {
    return vector.area().equals("pic") && !vector.consensus();
  }

  /** True for what can follow from a request that is there or not. */
  static boolean concerns(Difference difference) {
    String name = difference.name();
    return name.startsWith("master.")
        || name.startsWith("slave.")
        || name.equals("vector")
        || name.equals("value");
  }

  /** True when the other emulator did at that step what we do. */
  static boolean asOther(ApicVector vector, Difference first) {
    for (JsonNode other : vector.disagreement()) {
      if (other.path("step").asInt(-1) == first.step()) {
        JsonNode value = other.path("other");
        String field = other.path("field").asText();
        if (field.equals(first.name()) && ApicState.text(value).equals(first.actual())) {
          return true;
        }
        if (field.equals("pic") && ApicState.text(at(value, first.name())).equals(first.actual())) {
          return true;
        }
      }
    }
    return false;
  }

  private static JsonNode at(JsonNode chips, String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? chips.path(name)
        : chips.path(name.substring(0, dot)).path(name.substring(dot + 1));
  }

  /**
   * True when up to the first difference the recording shows a request whose line is low: an input
   * that dropped, or the slave's INT while no request of the slave is unmasked.
   */
  static boolean keepsDropped(ApicVector vector, Difference first) {
    int low = 0;
    JsonNode pic = null;
    for (int i = 0; i <= first.step() && i < vector.steps().size(); i++) {
      JsonNode step = vector.steps().get(i);
      if (step.get("op").asText().equals("pic_irq")) {
        int bit = 1 << step.path("irq").asInt();
        low = step.path("asserted").asBoolean() ? low & ~bit : low | bit;
      }
      pic = step.get("expect").has("pic") ? step.get("expect").get("pic") : pic;
      if (pic != null && (keepsDropped(pic, low) || keepsPolled(step, pic))) {
        return true;
      }
    }
    return false;
  }

  /**
   * True when nothing was recorded where we give a spurious vector after an input dropped: one
   * emulator takes INT back with its last request, the data sheet gives the default IR7.
   */
  static boolean spuriousAfterDrop(ApicVector vector, Difference first) {
    boolean dropped = false;
    boolean spurious = false;
    for (int i = 0; i < first.step() && i < vector.steps().size(); i++) {
      JsonNode step = vector.steps().get(i);
      String op = step.get("op").asText();
      dropped |= op.equals("pic_irq") && !step.path("asserted").asBoolean();
      if (op.equals("pic_init")) {
        long base = ApicVector.hex(step.path("icw").path(1).asText());
        spurious |= first.actual().equals(Long.toString(base + 7));
      }
    }
    return dropped && spurious && first.name().equals("vector") && first.expected().equals("null");
  }

  private static boolean keepsDropped(JsonNode pic, int low) {
    int master = register(pic, "master", "irr");
    int slave = register(pic, "slave", "irr");
    boolean slaveAsks = (slave & ~register(pic, "slave", "imr")) != 0;
    return ((slave << 8 | master) & low) != 0 || ((master & CASCADE) != 0 && !slaveAsks);
  }

  // A poll acknowledges, and INT of the slave is low for a moment at each acknowledge.
  private static boolean keepsPolled(JsonNode step, JsonNode pic) {
    return step.get("op").asText().equals("pic_poll")
        && step.path("chip").asText().equals("slave")
        && (register(pic, "master", "irr") & CASCADE) != 0;
  }

  private static int register(JsonNode pic, String chip, String name) {
    return (int) ApicVector.word(ApicVector.field(pic, chip), name);
  }

  /** True when the slave is initialised for automatic EOI. */
  static boolean slaveEndsItself(ApicVector vector) {
    for (JsonNode step : vector.steps()) {
      JsonNode icw = step.path("icw");
      if (step.path("chip").asText().equals("slave")
          && icw.has(3)
          && (ApicVector.hex(icw.get(3).asText()) & AUTOMATIC_EOI) != 0) {
        return true;
      }
    }
    return false;
  }
}
