// SPDX-License-Identifier: BSL-1.0

package main

import (
	"fmt"
	"time"
)

// The rows of benchmarks/support/jobs.cpp, and its Total.

type job struct {
	id, name, schedule    string
	podSpec, constraintID *string
	createdAt, updatedAt  time.Time
}

const (
	jobCount = 10000
	manyJobs = 100000
	rowCount = 1000
)

func jobID(number int) string {
	return fmt.Sprintf("%08d-5eed-4000-8000-000000000000", number)
}

func jobOf(number, version int) job {
	created := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).
		Add(time.Duration(number) * 61000007 * time.Microsecond)
	out := job{
		id:        jobID(number),
		name:      fmt.Sprintf("Nightly report %06d, edition %d", number, version),
		schedule:  "*/5 2 * * 1-5",
		createdAt: created,
		updatedAt: created.Add(time.Duration(version) * 3600000011 * time.Microsecond),
	}
	if number%8 != 7 {
		text := fmt.Sprintf(`{"image": "report:1.%d", "args": ["--all"], "cpu": "%03dm"}`,
			version, number%1000)
		out.podSpec = &text
	}
	if number%4 == 1 {
		text := fmt.Sprintf("constraint-%02d", number/4%10)
		out.constraintID = &text
	}
	return out
}

func jobsOf(count int) []job {
	jobs := make([]job, count)
	for i := range jobs {
		jobs[i] = jobOf(i, 0)
	}
	return jobs
}

// Every tenth, in its next version.
func changedJobs() []job {
	jobs := make([]job, rowCount)
	for i := range jobs {
		jobs[i] = jobOf(i*(jobCount/rowCount), 1)
	}
	return jobs
}

type total struct {
	count    int64
	checksum uint64
}

func mixText(hash uint64, text string) uint64 {
	const prime = 0x100000001b3
	for i := 0; i < len(text); i++ {
		hash = (hash ^ uint64(text[i])) * prime
	}
	return (hash ^ uint64(len(text))) * prime
}

func mixNumber(hash uint64, number int64) uint64 {
	hash = (hash ^ uint64(number)) * 0x9e3779b97f4a7c15
	return hash ^ hash>>29
}

func (t *total) add(j *job) {
	hash := mixText(0xcbf29ce484222325, j.id)
	hash = mixText(mixText(hash, j.name), j.schedule)
	if j.podSpec != nil {
		hash = mixText(hash, *j.podSpec)
	} else {
		hash = mixNumber(hash, -1)
	}
	if j.constraintID != nil {
		hash = mixText(hash, *j.constraintID)
	} else {
		hash = mixNumber(hash, -2)
	}
	hash = mixNumber(hash, j.createdAt.UnixMicro())
	t.checksum += mixNumber(hash, j.updatedAt.UnixMicro())
	t.count++
}

func (t *total) addAll(jobs []job) {
	for i := range jobs {
		t.add(&jobs[i])
	}
}
