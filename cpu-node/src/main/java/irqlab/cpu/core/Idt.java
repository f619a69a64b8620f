package irqlab.cpu.core;

import irqlab.runtime.Inspector;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * Interrupt descriptor table: what kind of gate each of the 256 vectors has. Immutable; {@code
 * withX} gives another table.
 *
 * <p>Source: SDM vol. 3, "IDT Descriptors" and "Flag Usage By Exception- or Interrupt-Handler
 * Procedure".
 *
 * <p><b>Not modelled:</b> task gates, privilege levels, stack switches by IST.
 */
public final class Idt {
  /** Vectors of a table. */
  public static final int VECTORS = 256;

  /** What {@link #interruptGates} gives: a present interrupt gate at each vector. */
  private static final Idt INTERRUPT_GATES = new Idt(new byte[VECTORS]);

  /** What a vector has. */
  public enum Gate {
    /** Type 0xE: entering it clears IF, and IRET brings it back. */
    INTERRUPT("interrupt"),
    /** Type 0xF: IF stays as it is, so that a higher class comes in at once. */
    TRAP("trap"),
    /** P = 0: using it raises #NP; the interrupt itself was acknowledged and is gone. */
    ABSENT("absent");

    private final String text;

    Gate(String text) {
      this.text = text;
    }

    /** The word in a table. */
    public String text() {
      return text;
    }
  }

  private static final Gate[] GATES = Gate.values();

  private final byte[] gates;

  private Idt(byte[] gates) {
    this.gates = gates;
  }

  /** A present interrupt gate at each vector, as Linux fills it. */
  public static Idt interruptGates() {
    return INTERRUPT_GATES;
  }

  /**
   * This table with another gate at one vector.
   *
   * @param vector 0 to 255, else {@link IllegalArgumentException}
   */
  public Idt with(int vector, Gate gate) {
    if (vector < 0 || vector >= VECTORS) {
      throw new IllegalArgumentException("vector=0x" + Integer.toHexString(vector));
    }
    byte[] next = gates.clone();
    next[vector] = (byte) gate.ordinal();
    return new Idt(next);
  }

  /** The gate of a vector, 0 to 255. */
  public Gate gate(int vector) {
    return GATES[gates[vector]];
  }

  /** Whether the P bit is set. */
  public boolean present(int vector) {
    return gates[vector] != Gate.ABSENT.ordinal();
  }

  /** Whether entering this vector clears IF. */
  public boolean interruptGate(int vector) {
    return gates[vector] == Gate.INTERRUPT.ordinal();
  }

  /** Shows where it differs from {@link #interruptGates}: bitmaps {@code idt.trap, idt.absent}. */
  void inspect(Inspector out) {
    if (!equals(INTERRUPT_GATES)) {
      out.bits("idt.trap", words(Gate.TRAP));
      out.bits("idt.absent", words(Gate.ABSENT));
    }
  }

  private long[] words(Gate gate) {
    long[] words = new long[VECTORS / Long.SIZE];
    for (int vector = 0; vector < VECTORS; vector++) {
      words[vector / Long.SIZE] |= gates[vector] == gate.ordinal() ? 1L << vector : 0;
    }
    return words;
  }

  /**
   * The table that a core showed.
   *
   * @param word values of {@code idt.trap[0]} and so on, 0 where there is none
   */
  public static Idt shown(ToLongFunction<String> word) {
    byte[] gates = new byte[VECTORS];
    for (int vector = 0; vector < VECTORS; vector++) {
      String place = "[" + vector / Long.SIZE + "]";
      long bit = 1L << vector;
      if ((word.applyAsLong("idt.absent" + place) & bit) != 0) {
        gates[vector] = (byte) Gate.ABSENT.ordinal();
      } else if ((word.applyAsLong("idt.trap" + place) & bit) != 0) {
        gates[vector] = (byte) Gate.TRAP.ordinal();
      }
    }
    return new Idt(gates);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Idt && Arrays.equals(gates, ((Idt) other).gates);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(gates);
  }
}
