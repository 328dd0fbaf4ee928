import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says which history this database holds; a restore has to change it. */
@Entity('epoch')
export class EpochRow {
  @PrimaryColumn('boolean', { default: true })
  single: boolean;

  @Column('uuid')
  value: string;
}
