package irqlab.pcie.endpoint.nvme

import irqlab.pcie.TestMachine
import irqlab.protocol._

/** A completion queue entry as software reads it. */
final case class Cqe(result: Long, sqHead: Int, sqId: Int, command: Int, phase: Int, status: Int)

/** What a driver does to a controller of a machine, a step at a time. */
final class NvmeDriver(machine: TestMachine, depth: Int = 8, index: Int = 0) {
  private val bar = MemoryMap.bar(index)
  private val bdf = machine.topology.endpoints.get(index).bdf.requesterId
  private val tails = Array.fill(8)(0)
  private val heads = Array.fill(8)(0)
  private val phases = Array.fill(8)(1)
  private var lastCommand = 0

  def sq(queue: Int): Long = 0x200000L + queue * 0x10000L
  def cq(queue: Int): Long = 0x400000L + queue * 0x10000L

  def doorbell(queue: Int, head: Boolean, value: Int): Unit =
    machine.write(bar + MemoryMap.DOORBELLS + 8 * queue + (if (head) 4 else 0), value)

  def store(address: Long, word: Long): Unit =
    machine.board.inject[MemoryMessage]("memory", new MemoryMessage.Write(address, word))

  def load(address: Long): Long = {
    val line = machine.line(address & ~63L)
    Seq(line.w0, line.w1, line.w2, line.w3, line.w4, line.w5, line.w6, line.w7)(
      (address.toInt >> 3) & 7)
  }

  def reset(): Unit = {
    machine.write(bar + NvmeRegister.CC, 0)
    Seq(tails, heads).foreach(java.util.Arrays.fill(_, 0))
    java.util.Arrays.fill(phases, 1)
  }

  // Entries of an earlier life would have the phase of new ones.
  private def clear(queue: Int): Unit = (0 until 2 * depth).foreach(i => store(cq(queue) + 8L * i, 0))

  def enable(): Unit = {
    clear(0)
    machine.configWrite(bdf, 0x04, 2, 0x0406)
    machine.write(bar + NvmeRegister.AQA, (depth - 1) << 16 | (depth - 1))
    machine.write(bar + NvmeRegister.ASQ, sq(0))
    machine.write(bar + NvmeRegister.ACQ, cq(0))
    machine.write(bar + NvmeRegister.CC, 0x00460001)
    machine.settle()
  }

  def status: Long = machine.read(bar + NvmeRegister.CSTS)

  def boot(queues: Int): Unit = {
    enable()
    machine.enableMsix(index, 0x40)
    for (queue <- 1 to queues) {
      clear(queue)
      admin(0x05, prp = cq(queue), first = (depth - 1) << 16 | queue, second = queue << 16 | 3)
      admin(0x01, prp = sq(queue), first = (depth - 1) << 16 | queue, second = queue << 16 | 1)
    }
  }

  /** Puts a command into a queue, without its doorbell; returns its id. */
  def put(
      queue: Int,
      opcode: Int,
      namespace: Int = 1,
      prp: Long = 0,
      first: Int = 0,
      second: Int = 0,
      third: Int = 0
  ): Int = {
    lastCommand += 1
    val at = sq(queue) + 64L * tails(queue)
    store(at, opcode | lastCommand << 16 | namespace.toLong << 32)
    store(at + 24, prp)
    store(at + 40, (first & 0xffffffffL) | second.toLong << 32)
    store(at + 48, third & 0xffffffffL)
    tails(queue) = (tails(queue) + 1) % depth
    lastCommand
  }

  def ring(queue: Int): Unit = doorbell(queue, head = false, tails(queue))

  def submit(queue: Int, opcode: Int): Int = {
    val command = put(queue, opcode)
    ring(queue)
    command
  }

  def admin(
      opcode: Int,
      namespace: Int = 0,
      prp: Long = 0,
      first: Int = 0,
      second: Int = 0
  ): Cqe = {
    put(0, opcode, namespace, prp, first, second)
    ring(0)
    machine.settle()
    reap(0).head
  }

  def entry(queue: Int, index: Int): Cqe = {
    val result = load(cq(queue) + 16L * index)
    val word = load(cq(queue) + 16L * index + 8)
    Cqe(
      result,
      (word & 0xffff).toInt,
      (word >>> 16 & 0xffff).toInt,
      (word >>> 32 & 0xffff).toInt,
      (word >>> 48 & 1).toInt,
      (word >>> 49).toInt)
  }

  /** The new entries, by phase, without a doorbell. */
  def peek(queue: Int): Seq[Cqe] = {
    val found = Iterator
      .continually(entry(queue, heads(queue)))
      .takeWhile(_.phase == phases(queue))
      .map { each =>
        heads(queue) = (heads(queue) + 1) % depth
        if (heads(queue) == 0) phases(queue) ^= 1
        each
      }
    found.toVector
  }

  /** Consumes so many entries without a look at them. */
  def skip(queue: Int, count: Int): Unit = {
    heads(queue) = (heads(queue) + count) % depth
    doorbell(queue, head = true, heads(queue))
  }

  /** The new entries, and one head doorbell for all of them (DRV-005). */
  def reap(queue: Int): Seq[Cqe] = {
    val found = peek(queue)
    if (found.nonEmpty) doorbell(queue, head = true, heads(queue))
    found
  }
}
