package irqlab.cpu.core;

import java.util.Arrays;

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

  @Override
  public boolean equals(Object other) {
    return other instanceof Idt && Arrays.equals(gates, ((Idt) other).gates);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(gates);
  }
}
