// SPDX-License-Identifier: BSL-1.0

// Go's ways to the three engines, as a program of ../elsewhere.hpp. Its command line is
//
//	peer WAY DRIVER FILE HOST PORT USER PASSWORD DATABASE
//
// WAY is once (the text of the statement in each call), interpolated (the same, with arguments put into the
// text by the driver: MySQL), kept (statements prepared once), these by
// database/sql, or pgx, by pgx's own interface.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// One connection. Between begin and rollback everything is in a transaction.
type side interface {
	begin() error
	rollback() error
	get(id string) (job, error)
	list() ([]job, error)
	insert(j *job) error
	update(j *job) error
	upsert(j *job) error
	insertAll(jobs []job) error
	close() error
}

type stopwatch struct {
	real, cpu time.Duration
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func (s *stopwatch) time(work func() error) error {
	cpu, start := cpuTime(), time.Now()
	err := work()
	s.real += time.Since(start)
	s.cpu += cpuTime() - cpu
	return err
}

func runGet(s side, iterations int, check bool, watch *stopwatch, found *total) error {
	const stride = 7919
	if err := s.begin(); err != nil {
		return err
	}
	for i := 0; check && i < jobCount; i += 101 {
		j, err := s.get(jobID(i))
		if err != nil {
			return err
		}
		found.add(&j)
	}
	ids := make([]string, jobCount)
	for i := range ids {
		ids[i] = jobID(i)
	}
	err := watch.time(func() error {
		next := 0
		for i := 0; i < iterations; i++ {
			if _, err := s.get(ids[next]); err != nil {
				return err
			}
			next = (next + stride) % jobCount
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.rollback()
}

func runList(s side, iterations int, watch *stopwatch, found *total) error {
	if err := s.begin(); err != nil {
		return err
	}
	jobs, err := s.list()
	if err != nil {
		return err
	}
	found.addAll(jobs)
	err = watch.time(func() error {
		for i := 0; i < iterations; i++ {
			if jobs, err := s.list(); err != nil || len(jobs) != jobCount {
				return fmt.Errorf("%d jobs, %v", len(jobs), err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.rollback()
}

func runWrites(s side, iterations int, check bool, watch *stopwatch, found *total,
	write func() error) error {
	for i := 0; i < iterations; i++ {
		if err := s.begin(); err != nil {
			return err
		}
		if err := watch.time(write); err != nil {
			return err
		}
		if check && i == 0 {
			jobs, err := s.list()
			if err != nil {
				return err
			}
			found.addAll(jobs)
		}
		if err := s.rollback(); err != nil {
			return err
		}
	}
	return nil
}

func each(jobs []job, write func(*job) error) func() error {
	return func() error {
		for i := range jobs {
			if err := write(&jobs[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func run(s side, workload string, iterations int, check bool, watch *stopwatch,
	found *total) error {
	switch workload {
	case "get":
		return runGet(s, iterations, check, watch, found)
	case "list":
		return runList(s, iterations, watch, found)
	case "insert":
		return runWrites(s, iterations, check, watch, found, each(jobsOf(rowCount), s.insert))
	case "update":
		return runWrites(s, iterations, check, watch, found, each(changedJobs(), s.update))
	case "upsert":
		return runWrites(s, iterations, check, watch, found, each(changedJobs(), s.upsert))
	case "bulk":
		jobs := jobsOf(manyJobs)
		return runWrites(s, iterations, check, watch, found,
			func() error { return s.insertAll(jobs) })
	}
	return fmt.Errorf("what is %s", workload)
}

func runOrConnect(s side, reconnect func() error, workload string, iterations int, check bool,
	watch *stopwatch, found *total) error {
	if workload != "connect" {
		return run(s, workload, iterations, check, watch, found)
	}
	return watch.time(func() error {
		for i := 0; i < iterations; i++ {
			if err := reconnect(); err != nil {
				return err
			}
		}
		return nil
	})
}

func oneLine(err error) string {
	return "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<16)
	var settings []string
	line, err := input.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), &settings)
	}
	var s side
	if err == nil {
		s, err = open(os.Args[1], os.Args[2:], settings)
	}
	reconnect := func() error {
		other, err := open(os.Args[1], os.Args[2:], settings)
		if err != nil {
			return err
		}
		return other.close()
	}
	for {
		line, end := input.ReadString('\n')
		if end != nil {
			return
		}
		var workload string
		var iterations, check int
		var watch stopwatch
		var found total
		if err == nil {
			_, err = fmt.Sscan(line, &workload, &iterations, &check)
		}
		if err == nil {
			err = runOrConnect(s, reconnect, workload, iterations, check == 1, &watch, &found)
		}
		if err != nil {
			fmt.Println(oneLine(err))
			continue
		}
		fmt.Printf("%.9f %.9f %d %d\n", watch.real.Seconds(), watch.cpu.Seconds(), found.count,
			found.checksum)
	}
}
