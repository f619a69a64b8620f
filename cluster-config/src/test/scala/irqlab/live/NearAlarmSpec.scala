package irqlab.live

import java.lang.management.ManagementFactory
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.{ExecutorService, Executors, ForkJoinPool}

import akka.actor.testkit.typed.scaladsl.ActorTestKit
import com.typesafe.config.ConfigFactory
import irqlab.protocol.LapicMessage
import irqlab.runtime._
import org.junit.runner.RunWith
import org.scalatest.concurrent.Eventually
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.time.{Seconds, Span}
import org.scalatestplus.junit.JUnitRunner

@RunWith(classOf[JUnitRunner])
class NearAlarmSpec extends AnyFlatSpec with Matchers with Eventually {
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(Span(20, Seconds))

  private def pools: Seq[(String, () => ExecutorService)] = Seq(
    "a fork-join pool" -> (() =>
      new ForkJoinPool(2, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true)),
    "a pool of another kind" -> (() => Executors.newFixedThreadPool(2)))

  for ((kind, pool) <- pools) {
    s"A near alarm in $kind" should "act once for each start, and not before its time" in {
      val threads = pool()
      try {
        val acts = new AtomicInteger
        @volatile var actedNs = 0L
        val alarm = new NearAlarm(threads, () => {
          actedNs = System.nanoTime()
          acts.incrementAndGet()
        })
        for (round <- 1 to 200) {
          val atNs = System.nanoTime() + 50_000
          threads.execute(() => alarm.start(atNs))
          eventually(acts.get shouldBe round)
          actedNs should be >= atNs
        }
        Thread.sleep(20)
        acts.get shouldBe 200
      } finally threads.shutdownNow()
    }

    it should "act soon when its time is moved, or the wait given up" in {
      val threads = pool()
      try {
        val acts = new AtomicInteger
        val alarm = new NearAlarm(threads, () => acts.incrementAndGet())
        val never = System.nanoTime() + 3_600_000_000_000L
        threads.execute(() => alarm.start(never))
        alarm.notAfter(never + 1)
        Thread.sleep(50)
        acts.get shouldBe 0
        alarm.notAfter(System.nanoTime())
        eventually(acts.get shouldBe 1)
        threads.execute(() => alarm.start(never))
        Thread.sleep(50)
        alarm.giveUp()
        eventually(acts.get shouldBe 2)
      } finally threads.shutdownNow()
    }

    it should "leave every task its turn, in order, while it waits" in {
      val threads = pool()
      try {
        val alarm = new NearAlarm(threads, () => ())
        threads.execute(() => alarm.start(System.nanoTime() + 3_600_000_000_000L))
        val done = new AtomicInteger
        (0 until 10_000).foreach(_ => threads.execute(() => done.incrementAndGet()))
        eventually(done.get shouldBe 10_000)
        alarm.giveUp()
      } finally threads.shutdownNow()
    }
  }

  private final class Part(
      onStart: Io[LapicMessage] => Unit,
      onMessage: (LapicMessage, Io[LapicMessage]) => Unit)
      extends Component[LapicMessage] {
    override def start(io: Io[LapicMessage]): Unit = onStart(io)
    override def on(message: LapicMessage, io: Io[LapicMessage]): Unit = onMessage(message, io)
    override def save(out: StateWriter): Unit = ()
    override def load(in: StateReader): Unit = ()
    override def inspect(out: Inspector): Unit = ()
  }

  /** A device sends to cores 10 us after each of 1024 commands; they send to it through a hub. */
  private def loop: Plan = {
    val cpus = 32
    val delayPs = 10_000_000L
    val toCore, toHub = new Array[Port[LapicMessage]](cpus)
    var toDevice: Port[LapicMessage] = null
    val device = new Part(
      io => for (i <- 0 until 1024) io.alarm(delayPs + i, new LapicMessage.LocalEvent(i % cpus)),
      {
        case (due: LapicMessage.LocalEvent, io) => io.send(toCore(due.lvt), due)
        case (done, io) =>
          val cpu = done.asInstanceOf[LapicMessage.TaskPriority].cr8
          io.alarm(delayPs, new LapicMessage.LocalEvent(cpu))
      })
    val hub = new Part(_ => (), (message, io) => io.send(toDevice, message))
    val cores = (0 until cpus).map { cpu =>
      s"core$cpu" -> new Part(
        _ => (),
        (_, io) => io.send(toHub(cpu), new LapicMessage.TaskPriority(0, cpu)))
    }
    val parts = Seq("device" -> device, "hub" -> hub) ++ cores
    val assembly = new Assembly(java.util.List.of(parts.map(_._1): _*))
    parts.foreach { case (path, part) => assembly.add(path, part) }
    for (cpu <- 0 until cpus) {
      toCore(cpu) = assembly.port("device", s"core$cpu", 1)
      toHub(cpu) = assembly.port(s"core$cpu", "hub", 1)
    }
    toDevice = assembly.port("hub", "device", 1)
    assembly.plan()
  }

  private def cpuNs: Map[Long, Long] = {
    val threads = ManagementFactory.getThreadMXBean
    threads.getThreadInfo(threads.getAllThreadIds).toSeq
      .filter(info => info != null && info.getThreadName.contains("irqlab.dispatcher"))
      .map(info => info.getThreadId -> threads.getThreadCpuTime(info.getThreadId))
      .toMap
  }

  "A dispatcher with near alarms" should "not let a thread sleep while messages wait" in {
    val two = ConfigFactory.parseString(
      "irqlab.dispatcher.fork-join-executor { parallelism-min = 2, parallelism-max = 2 }")
    val kit = ActorTestKit(two.withFallback(ConfigFactory.load()))
    try {
      val machine = new LiveMachine(kit.system, loop, LiveOptions.of(1))
      try {
        machine.start()
        Thread.sleep(1000)
        val before = cpuNs
        Thread.sleep(1000)
        val used = cpuNs.map { case (thread, ns) => ns - before.getOrElse(thread, 0L) }.toSeq
        used.size shouldBe 2
        used.min should be > used.sum / 10
      } finally machine.close()
    } finally kit.shutdownTestKit()
  }
}
