/**
 * The wire between nodes: one byte of version, a number for the record, and the fields as its codec
 * writes them. Kryo with registration required carries it behind Akka's serializer interface.
 *
 * <p>Documents: Kryo 5.6 readme, "Registration"; Akka 2.8.5, "Serialization".
 *
 * <p>Start at {@link irqlab.wire.Frame}, what travels, then {@link irqlab.wire.IrqlabSerializer}.
 */
package irqlab.wire;
